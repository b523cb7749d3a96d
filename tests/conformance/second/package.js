'use strict'
// A production package: package.md, and the officer's receipt in it: receipt.md. `files` is a Map from path to bytes.

const { demand, sha256, isObject, members, canonical, digest, parseCanonical } = require('./bytes.js')
const csv = require('./csv.js')
const notes = require('./notes.js')
const xlsx = require('./xlsx.js')
const zip = require('./zip.js')

const BAGIT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,5}$/
const MANIFEST = 'manifest-sha256.txt'
const TAGS = 'tagmanifest-sha256.txt'
const NOTE = 'release.note'
const HEX = '[0-9a-f]{64}'
const RELEASE = new RegExp(
  '^safeconduct/v1/release\nreference ([A-Za-z0-9][A-Za-z0-9-]{0,63})\n' +
  `safe-conduct (${HEX})\nrelease ${HEX}\nmanifest-root (${HEX})\njourney [a-z0-9][a-z0-9._-]{0,63}\n` +
  'released \\S{20,32}\n((?:tag \\S+ \\S+\n)*)$')
const NOTHING = 'Nothing is produced for this item.'

const hex = (data) => sha256(data).toString('hex')
const pick = (files, wanted) => [...files.keys()].filter(wanted).sort()
const isPayload = (name) => name.startsWith('data/')
const isTag = (name) => !isPayload(name) && name !== TAGS
const list = (files, names) => names.map((name) => `${hex(files.get(name))}  ${name}\n`).join('')

const need = (files, name) => {
  demand(files.has(name), `${name} is missing`)
  return files.get(name)
}

const checkBag = (files) => {
  demand([...files.keys()].every((name) => NAME.test(name)), 'a name is not plain')
  demand(need(files, 'bagit.txt').equals(Buffer.from(BAGIT)), 'bagit.txt is altered')
  demand(need(files, MANIFEST).equals(Buffer.from(list(files, pick(files, isPayload)))), `${MANIFEST} is not that of the files`)
  demand(need(files, TAGS).equals(Buffer.from(list(files, pick(files, isTag)))), `${TAGS} is not that of the files`)
}

const checkRelease = (files, folder, issuer) => {
  const [, reference, safeConduct, root, tags] = RELEASE.exec(notes.issued(need(files, NOTE), issuer)) ?? []
  demand(reference, 'the release note is not of this form')
  demand(folder === undefined || folder === reference, 'the folder has another name than the reference')
  const payload = pick(files, isPayload).map((name) => [name, hex(files.get(name)), files.get(name).length])
  demand(digest('safeconduct/v1/manifest', payload) === root, 'the payload is not the one released')
  const others = pick(files, (name) => isTag(name) && name !== NOTE)
  demand(others.map((name) => `tag ${hex(files.get(name))} ${name}\n`).join('') === tags, 'other tag files than released')
  const statement = parseCanonical(need(files, 'data/safe-conduct.json'))
  demand(isObject(statement) && statement.reference === reference, 'the statement is about another matter')
  demand(statement.safe_conduct === safeConduct, 'the statement is about another safe-conduct')
}

const readLines = (data) => {
  demand(data.length === 0 || data.at(-1) === 10, 'the last line breaks off')
  const rows = []
  for (let at = 0; at < data.length;) {
    const end = data.indexOf(10, at)
    rows.push(parseCanonical(data.subarray(at, end)))
    at = end + 1
  }
  demand(rows.every(isObject), 'a record is no object')
  return rows
}

const ENDINGS = ['csv', 'jsonl', 'parquet', 'xlsx']

// A part's files are as told, and its CSV and workbook are its records again; Parquet is held by its digest alone.
const checkPart = (files, base, part, columns) => {
  const held = ENDINGS.map((ending) => [`${base}.${ending}`, need(files, `data/records/${base}.${ending}`)])
  const [[, view], [, lines], , [, book]] = held
  const rows = readLines(lines).map((row) => members(row, columns.map((one) => one.name)))
  const told = { files: held.map(([name, data]) => ({ bytes: data.length, name, sha256: hex(data) })), records: rows.length }
  demand(canonical(part) === canonical(told), `${base} is not as told`)
  demand(csv.write(columns, rows).equals(view), `${base}.csv is not a view of its records`)
  xlsx.check(book, columns, rows)
  return rows.length
}

// Every view is its records again; returns how many records each category has.
const checkRecords = (files) => {
  const { categories } = parseCanonical(need(files, 'data/package.json')) ?? {}
  demand(isObject(categories), 'the package does not describe its categories')
  const counts = new Map()
  const wanted = []
  for (const [category, about] of Object.entries(categories)) {
    const { columns, parts, records } = members(about, ['columns', 'parts', 'records'])
    demand(Array.isArray(columns) && columns.every((one) => isObject(one) && csv.KINDS.includes(one.kind)), 'unknown columns')
    const names = columns.map((one) => one.name)
    demand(new Set(names).size === names.length && names.every((name) => typeof name === 'string'), 'a column stands twice')
    demand(Array.isArray(parts) && parts.length > 0, 'a category without parts')
    const stem = (place) => (parts.length === 1 ? category : `${category}-${String(place + 1).padStart(3, '0')}`)
    const found = parts.map((part, place) => checkPart(files, stem(place), part, columns))
    demand(found.every((count) => count > 0), 'a part without records')
    wanted.push(...parts.flatMap((_, place) => ENDINGS.map((ending) => `data/records/${stem(place)}.${ending}`)))
    counts.set(category, found.reduce((one, other) => one + other, 0))
    demand(records === counts.get(category), `${category} has another number of records`)
  }
  demand(wanted.sort().join() === pick(files, (name) => name.startsWith('data/records/')).join(), 'other record files than described')
  return counts
}

const answerOf = ({ category, records }) => {
  const number = String(records).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${number} ${records === 1 ? 'record is' : 'records are'} produced, in the ${category} files of data/records.`
}

const checkReceipt = (files, counts) => {
  const receipt = members(parseCanonical(need(files, 'data/receipt.json')), ['version', 'items'])
  demand(receipt.version === 1 && Array.isArray(receipt.items), 'not a receipt of version 1')
  const told = new Map()
  for (const item of receipt.items) {
    const { asked, answer, produced } = members(item, ['asked', 'answer', 'produced'])
    demand(typeof asked === 'string', 'an item without words')
    if (produced === null) demand(answer === NOTHING, 'a third answer')
    else {
      const { category, records } = members(produced, ['category', 'records'])
      demand(Number.isSafeInteger(records) && records > 0 && answer === answerOf(produced), 'a third answer')
      demand(records <= (counts.get(category) ?? 0), 'more records than there are')
      told.set(category, (told.get(category) ?? 0) + records)
    }
  }
  for (const [category, count] of counts) demand((told.get(category) ?? 0) >= count, 'records that no line speaks of')
}

// `folder` is known in a zip; an unpacked folder may have been renamed.
const check = (files, trust, folder) => {
  checkBag(files)
  checkRelease(files, folder, trust.issuer)
  checkReceipt(files, checkRecords(files))
}

const checkZip = (data, trust) => {
  const { folder, files } = zip.read(data)
  check(files, trust, folder)
}

const ENVELOPE = new RegExp(
  `^safeconduct/v1/sealed\nname ([A-Za-z0-9][A-Za-z0-9._-]{0,127})\nsha256 (${HEX})\nsize (0|[1-9][0-9]{0,15})\n` +
  'reference [A-Za-z0-9][A-Za-z0-9-]{0,63}\n$')

const checkEnvelope = (name, data, note, trust) => {
  const [, said, sum, size] = ENVELOPE.exec(notes.issued(note, trust.issuer)) ?? []
  demand(said === name && sum === hex(data) && size === String(data.length), 'the note is about another file')
}

module.exports = { check, checkZip, checkEnvelope }
