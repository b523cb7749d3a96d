'use strict'
// The workbook view of records: package.md, section 2. Its members are made again from the records and compared.

const zlib = require('node:zlib')
const { demand } = require('./bytes.js')

const CUT = ' [cut: whole in the JSON Lines]'
const LONGEST = 32767
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const SCHEMAS = 'http://schemas.openxmlformats.org'
const MAIN = `${SCHEMAS}/spreadsheetml/2006/main`
const LINKS = `${SCHEMAS}/package/2006/relationships`
const OFFICE = `${SCHEMAS}/officeDocument/2006/relationships`
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const SHEET = 'xl/worksheets/sheet1.xml'

const fixed = new Map([
  ['[Content_Types].xml',
    `<Types xmlns="${SCHEMAS}/package/2006/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    `<Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>` +
    `<Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/>` +
    `<Override PartName="/${SHEET}" ContentType="${TYPES}.worksheet+xml"/></Types>`],
  ['_rels/.rels',
    `<Relationships xmlns="${LINKS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
  ['xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${LINKS}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>` +
    `<Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`],
  ['xl/styles.xml',
    `<styleSheet xmlns="${MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
    '<cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs>' +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'],
  ['xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="records" sheetId="1" r:id="rId1"/></sheets></workbook>`],
])
const BEFORE = `<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">` +
  '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
const AFTER = '</sheetData><ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors></worksheet>'

// JavaScript counts in UTF-16 units, as a cell does; a half of a pair is not left at the cut.
const fitting = (text) => {
  if (text.length <= LONGEST) return text
  const kept = text.slice(0, LONGEST - CUT.length)
  return (/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept) + CUT
}

const mark = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escaped = (letter) => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`
const cell = (value) => {
  if (value === null) return '<c/>'
  const words = fitting(String(value))
    .replace(/_(?=x[0-9A-Fa-f]{4}_)|[^\t\n\x20-\ufffd]/g, escaped)
    .replace(/[&<>]/g, (letter) => mark[letter])
  return `<c s="1" t="inlineStr"><is><t xml:space="preserve">${words}</t></is></c>`
}
const row = (values) => `<row>${values.map(cell).join('')}</row>`

const u16 = (data, at) => data.readUInt16LE(at)
const u32 = (data, at) => data.readUInt32LE(at)

// The members by the directory at the end: [name, bytes] in its order.
const members = (data) => {
  const end = data.lastIndexOf(Buffer.from('PK\x05\x06'))
  demand(end >= 0 && end + 22 <= data.length, 'a workbook without a directory')
  const found = []
  let at = u32(data, end + 16)
  for (let left = u16(data, end + 10); left > 0; left -= 1) {
    demand(at + 46 <= data.length && u32(data, at) === 0x02014b50 && u16(data, at + 10) === 8, 'not a deflated member')
    const size = u32(data, at + 20)
    const name = data.toString('latin1', at + 46, at + 46 + u16(data, at + 28))
    const local = u32(data, at + 42)
    const start = local + 30 + u16(data, local + 26) + u16(data, local + 28)
    found.push([name, data.subarray(start, start + size)])
    at += 46 + u16(data, at + 28) + u16(data, at + 30) + u16(data, at + 32)
  }
  return found
}

const check = (data, columns, rows) => {
  const names = columns.map((one) => one.name)
  const body = [row(names), ...rows.map((one) => row(names.map((name) => one[name])))].join('')
  const wanted = new Map([...fixed, [SHEET, BEFORE + body + AFTER]])
  let found
  try {
    found = members(data).map(([name, packed]) => [name, zlib.inflateRawSync(packed)])
  } catch {
    demand(false, 'not a workbook')
  }
  demand(found.map(([name]) => name).join('\n') === [...wanted.keys()].join('\n'), 'other members than the view has')
  for (const [name, content] of found) demand(content.equals(Buffer.from(HEAD + wanted.get(name))), `${name} is not of these records`)
}

module.exports = { check }
