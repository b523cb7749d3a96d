'use strict'
// A published report and the receipt that a request was counted in it: report.md.

const { demand, sha256, fromHex, isObject, members, canonical, parse, text } = require('./bytes.js')
const { isInstant } = require('./instants.js')
const merkle = require('./merkle.js')
const notes = require('./notes.js')
const { countedLeaf, hexes } = require('./proofs.js')
const { tablesOf, csvOf } = require('./tables.js')

const [NOTE, LEAVES, REPORT, BAND] = ['report.note', 'counted.jsonl', 'report.json', 'band.note']
const STATEMENT = new RegExp(
  '^safeconduct/v1/report\n(.+), (\\d{4}-H[12]), version [1-9]\\d*\nrules 1\nroot ([0-9a-f]{64})\n' +
  'leaves (0|[1-9]\\d*)\n((?:file [0-9a-f]{64} [a-z0-9][a-z0-9.-]*\n)*)$')
const BAND_TEXT = new RegExp(
  '^safeconduct/v1/band\n.*\noption ([1-4]) (.+)\npublication (\\d{4}-\\d\\d-\\d\\d)\n((?:series [a-z0-9_]+ \\S+ \\S+ \\S+\n)+)$')

const parseStatement = (said) => {
  const [, , period, root, leaves, lines] = STATEMENT.exec(said) ?? []
  demand(period, 'the statement is not of this form')
  const files = new Map(lines.split('\n').slice(0, -1).map((line) => [line.slice(70), line.slice(5, 69)]))
  const written = [...files].map(([name, sum]) => `file ${sum} ${name}\n`)
  demand(written.join('') === lines && [...files.keys()].sort().join() === [...files.keys()].join(), 'files twice or out of order')
  return { period, root: fromHex(root, 32), leaves: Number(leaves), files }
}

const membersOf = (opening) => {
  const entity = isObject(opening) && Object.hasOwn(opening, 'entity') ? ['entity'] : []
  return members(opening, ['v', 'period', 'process', 'country', 'outcome', 'told', ...entity])
}

const readLeaves = (data, period) => {
  const lines = text(data).split('\n')
  demand(lines.pop() === '', 'the last leaf breaks off')
  return lines.map((line) => {
    const leaf = members(parse(line), ['opening', 'salt'])
    membersOf(leaf.opening)
    demand(leaf.opening.v === 1 && leaf.opening.period === period, 'a leaf of another version or half-year')
    return leaf
  })
}

const checkLeaves = (files, said) => {
  const leaves = readLeaves(files.get(LEAVES) ?? Buffer.of(), said.period)
  const hashes = leaves.map((leaf) => merkle.leafHash(countedLeaf(leaf)))
  demand(leaves.length === said.leaves && merkle.root(hashes).equals(said.root), 'the leaves do not lead to the root')
  demand(hashes.every((hash, place) => place === 0 || Buffer.compare(hashes[place - 1], hash) < 0), 'the leaves are out of order')
  return leaves.map((leaf) => leaf.opening)
}

const isDay = (day) => isInstant(`${day}T00:00:00Z`)

const parseBand = (said) => {
  const [, option, citation, publication, lines] = BAND_TEXT.exec(said) ?? []
  demand(option && isDay(publication), 'the band statement is not of this form')
  const bands = lines.split('\n').slice(0, -1).map((line) => {
    const [, series, band, from, until] = line.split(' ')
    const [, first, last] = /^(0|[1-9]\d*)-([1-9]\d*)$/.exec(band) ?? []
    demand(first && isInstant(from) && isInstant(until) && from < until, 'a series is not of this form')
    const width = Number(last) - Number(first) + 1
    demand(width > 0 && Number(first) % width === 0, 'a band that does not start on a multiple of its width')
    return { series, band, from, until }
  })
  return { option, citation, publication, bands }
}

const checkBand = (files, published) => {
  demand(isObject(published) && Object.hasOwn(published, 'national_security'), 'nothing is said of a band')
  const said = published.national_security
  if (!files.has(BAND)) demand(said === null, 'a band that no statement carries')
  else demand(canonical(said) === canonical(parseBand(notes.split(files.get(BAND)).text)), 'other bands than stated')
}

const checkTables = (files, published, openings) => {
  demand(isObject(published.tables), 'there are no tables')
  demand(!/national_security|fisa|\bnsl/i.test(JSON.stringify(published.tables)), 'national security in an exact table')
  for (const table of tablesOf(openings)) {
    const said = published.tables[table.code]
    demand(said !== undefined && canonical(said) === canonical(table), `${table.code} is not what the leaves add up to`)
    const file = files.get(`${table.code}.csv`)
    demand(file && file.equals(csvOf(table)), `${table.code}.csv is not what the leaves add up to`)
  }
}

const check = (files, trust) => {
  demand(files.has(NOTE), 'there is no statement')
  const said = parseStatement(notes.issued(files.get(NOTE), trust.issuer))
  const others = [...files.keys()].filter((name) => name !== NOTE).sort()
  demand(others.join() === [...said.files.keys()].join(), 'other files than stated')
  for (const [name, sum] of said.files) demand(sha256(files.get(name)).toString('hex') === sum, `${name} was changed`)
  demand(files.has(REPORT), 'there is no data')
  const published = parse(text(files.get(REPORT)))
  checkBand(files, published)
  checkTables(files, published, checkLeaves(files, said))
}

const checkReceipt = (value, trust) => {
  members(value, ['v', 'opening', 'salt', 'index', 'size', 'root', 'inclusion', 'statement'])
  demand(value.v === 1 && typeof value.statement === 'string', 'not a receipt of version 1')
  const said = parseStatement(notes.issued(Buffer.from(value.statement), trust.issuer))
  const root = fromHex(value.root, 32)
  demand(value.size === said.leaves && root.equals(said.root), 'a receipt of another report')
  const opening = membersOf(value.opening)
  demand(opening.v === 1 && opening.period === said.period, 'of another version or half-year')
  tablesOf([opening])
  const hash = merkle.leafHash(countedLeaf(value))
  merkle.inclusion({ hash, index: value.index, size: value.size, root, path: hexes(value.inclusion) })
}

// A statement by itself: a band, a report or a trust file's, by the issuer.
const checkStatement = (data, trust) => {
  const said = notes.issued(data, trust.issuer)
  if (said.startsWith('safeconduct/v1/band\n')) parseBand(said)
  else if (said.startsWith('safeconduct/v1/report\n')) parseStatement(said)
  else demand(/^safeconduct\/v1\/trust\nsha256 [0-9a-f]{64}\n$/.test(said), 'not a statement')
}

module.exports = { check, checkReceipt, checkStatement }
