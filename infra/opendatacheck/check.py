"""Reads what opendatacheck downloaded by tools that are not ours: check.py FOLDER [SHAPES]

A file that a tool reads with an error or a warning is a failure. Without SHAPES (DCAT-AP Vlaanderen as SHACL) the
catalogue is only read and compared.
"""

import json
import pathlib
import sys

import feedparser
import frictionless
import openpyxl
import pyshacl
import rdflib
import rdflib.compare
import vobject
from pyld import jsonld

folder = pathlib.Path(sys.argv[1])
shapes = sys.argv[2] if len(sys.argv) > 2 else None
base = {"base": "https://aanspreekpunt.example/opendata/latest/"}


def check(truth, what):
    if not truth:
        sys.exit(f"opendata: {what}")


def linked(name):
    """The graph of a JSON-LD file by a JSON-LD processor, which may load nothing else."""
    def refuse(url, _options):
        raise ValueError(f"{name} wants {url}")
    quads = jsonld.to_rdf(json.loads((folder / name).read_text()), {"format": "application/n-quads", "documentLoader": refuse, **base})
    return rdflib.Graph().parse(data=quads, format="nt")


# The catalogue: Turtle and JSON-LD say the same, as the standard wants it.
turtle = rdflib.Graph().parse(folder / "catalogue.ttl", publicID=base["base"])
check(len(turtle) > 100 and rdflib.compare.isomorphic(turtle, linked("catalogue.jsonld")), "the catalogue says something else in JSON-LD than in Turtle")
if shapes:
    conforms, _, report = pyshacl.validate(turtle, shacl_graph=shapes)
    check(conforms, report)
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
offered = {str(address).rsplit("/", 1)[1] for address in turtle.objects(None, DCAT.downloadURL)}
here = {f.name for f in folder.iterdir()} - {"praktijken.atom"}
check(offered == here - {"catalogue.ttl", "catalogue.jsonld"}, f"the catalogue offers {sorted(offered)}, the page {sorted(here)}")

# The data as linked data: every zone is an organisation with a Dutch label.
data = linked("aanspreekpunt.jsonld")
zones = set(data.subjects(rdflib.RDF.type, rdflib.URIRef("http://data.europa.eu/m8g/PublicOrganisation")))
labelled = {s for s, o in data.subject_objects(rdflib.SKOS.prefLabel) if o.language == "nl"}
check(len(zones) == 107 and zones <= labelled, f"{len(zones)} zones in linked data, {len(zones & labelled)} with a label")

# The tables, as their package describes them.
report = frictionless.Package(str(folder / "datapackage.json")).validate()
check(report.valid and not report.warnings, report)
rows = {pathlib.Path(task.place).name: task.stats["rows"] for task in report.tasks}
check(rows.get("zones.csv") == 107, rows)

# The spreadsheet: a sheet with each table's rows, and no cell that reckons.
book = openpyxl.load_workbook(folder / "aanspreekpunt.xlsx")
counts = [sheet.max_row - 1 for sheet in book]
check(all(n in counts for n in rows.values()), f"sheets of {counts} rows, tables of {sorted(rows.values())}")
check(all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row), "a cell of the spreadsheet is a formula")

# Contacts, JSON and news.
cards = list(vobject.readComponents((folder / "aanspreekpunt.vcf").read_text(encoding="utf-8")))
check(len(cards) >= 107 and all(card.name == "VCARD" and card.fn.value for card in cards), f"{len(cards)} contacts")
check(len(json.loads((folder / "aanspreekpunt.json").read_text())), "the JSON file is empty")
feed = feedparser.parse(folder / "praktijken.atom")
check(not feed.bozo and feed.version == "atom10" and feed.entries, feed.get("bozo_exception", "the news of practices is empty"))

print(f"opendata: {len(here)} files; {len(turtle)} statements in the catalogue, {len(data)} in the data; rows {rows}; {len(cards)} contacts; {len(feed.entries)} practices")
