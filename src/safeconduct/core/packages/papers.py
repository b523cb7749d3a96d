"""The words in a package: the certificate of records and the officer's README.

The certificate serves Federal Rules of Evidence 902(11) and 902(14), with 803(6)(A) to (C) as what the records
custodian must be able to say, in the unsworn form that 28 U.S.C. 1746 allows. It binds nobody until it is signed.
"""

from collections.abc import Mapping

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.packages.facts import PackageFacts
from safeconduct.core.packages.receipts import OfficerReceipt

RULE = "=" * 78


def _head(facts: PackageFacts, title: str) -> str:
    mark = f"{facts.mark}\n" if facts.mark else ""
    return f"{mark}{title}\n{RULE}\n\n"


def _served(facts: PackageFacts) -> str:
    return "".join(f"  {paper.name}, {paper.pages} page(s)\n  SHA-256 {paper.sha256}\n" for paper in facts.papers)


def _hashes(records: Mapping[str, bytes]) -> str:
    listed = [f"  {sha256_hex(records[name])}\n    {name}, {len(records[name]):,} bytes\n" for name in sorted(records)]
    return "".join(listed) or "  No record is produced.\n"


def _file(name: str, data: bytes) -> str:
    lines = data.count(b"\n")
    told = f", {lines:,} record{'s' if lines != 1 else ''}" if name.endswith(".jsonl") else ""
    return f"  {name}{told}\n"


def _supplements(facts: PackageFacts) -> str:
    """Return the lines that name the first package of the matter, which this one adds to."""
    if not facts.supplements:
        return ""
    return f"Supplements:  the package whose manifest root is\n              {facts.supplements}\n"


def certificate(facts: PackageFacts, records: Mapping[str, bytes]) -> str:
    """Return the certificate of records for the record files ``records`` (path to bytes), unsigned."""
    who = facts.custodian
    return f"""{_head(facts, "CERTIFICATE OF RECORDS")}The company:  {facts.served_entity}
Reference:    {facts.reference}
Prepared:     {facts.prepared_words}

In answer to:
{_served(facts)}
I, {who.name}, am {who.title} of the company named above. I am its records
custodian for these records, and I am qualified to make this certificate.

1. Each record listed below was made when the thing it records took place, or
   close to it, by a person or a system with knowledge of it, or from what such
   a person or system passed on.
2. The company keeps records of this kind in the course of its regular business.
3. To make them is a regular practice of that business.
4. The files listed below were copied by an automated process from the
   company's electronic storage. The process takes exactly the rows that the
   safe-conduct describes whose digest is
     {facts.safe_conduct}
   and copies each of them without change.
5. Each file is identified by its SHA-256 value. Anyone can compute the value of
   a file and compare; a file that differs in one bit has another value.

{_hashes(records)}
I declare under penalty of perjury that what stands above is true and correct.

Executed on (date): ____________________

Signature:          ____________________
                    {who.name}, {who.title}

This certificate has no effect until it is dated and signed by the person named.
It is given to serve Federal Rules of Evidence 902(11) and 902(14), in the form of
28 U.S.C. 1746.
"""


def readme(facts: PackageFacts, receipt: OfficerReceipt, records: Mapping[str, bytes]) -> str:
    """Return the officer's README: what this is, what is in it, and how to check it with ordinary tools."""
    listed = "".join(_file(name, records[name]) for name in sorted(records)) or "  No record is produced.\n"
    people = "".join(f"  {one.person_name}, {one.organisation_name}\n" for one in facts.addressees)
    return f"""{_head(facts, "READ THIS FIRST")}This package answers legal process served on the company named here.

The company:  {facts.served_entity}
Reference:    {facts.reference}
Prepared:     {facts.prepared_words}
{_supplements(facts)}For:
{people}
What was asked, and what is produced
{receipt.text()}
Record files
{listed}
The .jsonl files are the records: one JSON object on each line (RFC 8785), times in
UTC. The other files show the same records: .csv and .xlsx to a spreadsheet, .parquet
to a program. In .csv a text cell that could run as a formula has one apostrophe in
front; telephone numbers are untouched; an empty cell means that nothing is recorded.
In .xlsx every cell is text. package.json names every column. Many records come in
numbered parts of at most 25 MB, in order; package.json tells what each part holds.

How to open it
  age --decrypt -i YOUR-KEY-FILE -o package.zip PACKAGE.zip.age
  unzip package.zip

How to check it
  1. In the folder {facts.reference}:
       sha256sum --check --strict manifest-sha256.txt
       sha256sum --check --strict tagmanifest-sha256.txt
     Every line must end in OK.
  2. With any BagIt tool, one folder up:
       bagit.py --validate {facts.reference}
  3. With Safeconduct, which also checks who issued it:
       safeconduct verify --trust trust.json package.zip
     trust.json is on the company's public site; compare it with a second source.

Files beside the records
  data/certificate.txt    certificate of records, to be signed by the records custodian
  data/receipt.json       what was asked and what is produced
  data/safe-conduct.json  the digests under which this was released
  release.note            the signed release

The package is for the persons named above. If it reached you by mistake, delete it
and tell the company, giving the reference.
"""
