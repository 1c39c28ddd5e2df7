def main(a: list[str]) -> int:
    return 0
