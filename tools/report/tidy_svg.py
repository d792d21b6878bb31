"""Matplotlib's SVG with no more in it than a page needs, and nothing that depends on the last bit of a number."""

import re
import xml.etree.ElementTree as ElementTree

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ROUNDED = ("d", "x", "y", "width", "height", "transform")


def tidied(text, alt):
    """The element of a figure; `alt` are its words for those who cannot see it."""
    root = ElementTree.fromstring(text)
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag.endswith("}metadata") or child.tag.endswith("}style")]:
            parent.remove(child)
    for element in root.iter():
        tidy(element)
    name_in_order(root)
    take_out_groups(root)
    box = root.get("viewBox")
    root.attrib.clear()
    root.attrib.update({"viewBox": box, "role": "img", "aria-label": alt})
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def tidy(element):
    if f"{{{XLINK}}}href" in element.attrib:
        element.set("href", element.attrib.pop(f"{{{XLINK}}}href"))
    for name in ROUNDED:
        value = element.get(name)
        if value and "scale" not in value:
            element.set(name, re.sub(r"-?\d+\.\d+", lambda found: rounded(found[0]), value))
    if element.tag == f"{{{SVG}}}text":
        style = re.sub(r"font-family:[^;]*;?|font: ([\d.]+px)[^;]*;?",
                       lambda found: f"font-size: {found[1]};" if found[1] else "", element.get("style", ""))
        element.set("style", style.strip())


def take_out_groups(parent):
    """Those that say nothing about what is in them; and the space between elements."""
    for child in list(parent):
        take_out_groups(child)
        if child.tag == f"{{{SVG}}}g" and not child.attrib:
            place = list(parent).index(child)
            parent[place:place + 1] = list(child)
        elif not child.tag.endswith("}text"):
            child.text, child.tail = None, None
    parent.text = None if len(parent) else parent.text


def rounded(number):
    """To a hundredth of a pixel."""
    text = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def name_in_order(root):
    """Names that others refer to are numbered; others but those of marks are dropped."""
    text = ElementTree.tostring(root, encoding="unicode")
    referred = re.findall(r'(?:href="|url\()#([^")]+)', text)
    names = {name: f"n{number}" for number, name in enumerate(dict.fromkeys(referred))}
    for element in root.iter():
        name = element.get("id", "")
        if name in names:
            element.set("id", names[name])
        elif name and not name.startswith("mark-"):
            del element.attrib["id"]
        for attribute, value in element.attrib.items():
            if "#" in value:
                element.set(attribute, re.sub(r"(^|url\()#([^)]+)", lambda found: (
                    f"{found[1]}#{names.get(found[2], found[2])}"), value))
