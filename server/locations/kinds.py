"""What kinds of places and things are called. Pure; the phone and the desk read the export."""

Names = dict[str, tuple[str, str]]

#: from the outside to the inside
PLACE_KINDS: Names = {
    "campus": ("院区", "Campus"),
    "building": ("楼栋", "Building"),
    "floor": ("楼层", "Floor"),
    "room": ("房间", "Room"),
}

#: other kinds may be recorded, and are then shown as they were written
ASSET_KINDS: Names = {
    "lift": ("电梯", "Lift"),
    "escalator": ("自动扶梯", "Escalator"),
    "boiler": ("锅炉", "Boiler"),
    "pressure-vessel": ("压力容器", "Pressure vessel"),
    "steriliser": ("灭菌器", "Steriliser"),
    "oxygen-tank": ("液氧储罐", "Liquid oxygen tank"),
    "oxygen-chamber": ("医用氧舱", "Hyperbaric oxygen chamber"),
    "gas-cylinder-group": ("气瓶组", "Gas cylinders"),
    "ct": ("CT机", "CT scanner"),
    "mri": ("磁共振设备", "MRI scanner"),
    "dr": ("数字化X射线机（DR）", "Digital radiography (DR)"),
    "dsa": ("血管造影机（DSA）", "Angiography (DSA)"),
    "x-ray": ("X射线机", "X-ray machine"),
    "dental-x-ray": ("口腔X射线机", "Dental X-ray machine"),
    "mammography": ("乳腺X射线机", "Mammography"),
    "vehicle": ("机动车", "Motor vehicle"),
    "ambulance": ("救护车", "Ambulance"),
    "generator": ("发电机组", "Generator"),
    "fire-panel": ("火灾报警控制器", "Fire alarm panel"),
    "extinguisher-group": ("灭火器组", "Fire extinguishers"),
    "gas-alarm": ("可燃气体报警器", "Gas alarm"),
}


def as_data() -> dict[str, list[dict[str, str]]]:
    """Return the names as the phone and the desk read them."""
    return {
        group: [{"key": key, "zh": zh, "en": en} for key, (zh, en) in names.items()]
        for group, names in (("places", PLACE_KINDS), ("assets", ASSET_KINDS))
    }
