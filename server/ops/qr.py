"""A QR code in the terminal. Started by the virtual environment's Python, like `certificates`."""

import qrcode


def main(arguments: list[str]) -> int:
    code = qrcode.QRCode(border=2, error_correction=qrcode.ERROR_CORRECT_L)
    code.add_data(arguments[0])
    code.print_ascii(invert=True)
    return 0
