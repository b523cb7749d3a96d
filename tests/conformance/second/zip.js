'use strict'
// The one zip that a package's files give (package.md): stored, sorted, dated 1980-01-01. Read it by making it again.

const zlib = require('node:zlib')
const { demand } = require('./bytes.js')

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const DATE = 0x0021 // 1 January 1980; the time is zero
const VERSION = 20
const UNIX = 3
const MODE = 0o100644
const MOST_FILES = 1000

// The 26 bytes that a file's own header and its line in the directory share, from "version needed" to "extra length".
const common = (name, data) => {
  const head = Buffer.alloc(26)
  head.writeUInt16LE(VERSION, 0)
  head.writeUInt16LE(DATE, 8)
  head.writeUInt32LE(zlib.crc32(data), 10)
  head.writeUInt32LE(data.length, 14)
  head.writeUInt32LE(data.length, 18)
  head.writeUInt16LE(name.length, 22)
  return head
}

const word = (value) => {
  const out = Buffer.alloc(4)
  out.writeUInt32LE(value)
  return out
}

const write = (folder, files) => {
  const names = [...files.keys()].sort()
  const local = []
  const central = []
  let at = 0
  for (const short of names) {
    const data = files.get(short)
    const name = Buffer.from(`${folder}/${short}`)
    const head = common(name, data)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(MODE * 0x10000, 6)
    tail.writeUInt32LE(at, 10)
    local.push(word(LOCAL), head, name, data)
    central.push(word(CENTRAL), Buffer.of(VERSION, UNIX), head, tail, name)
    at += 30 + name.length + data.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(names.length, 8)
  end.writeUInt16LE(names.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...local, directory, end])
}

const read = (data) => {
  const found = new Map()
  let at = 0
  while (at + 30 <= data.length && data.readUInt32LE(at) === LOCAL) {
    const size = data.readUInt32LE(at + 18)
    const start = at + 30 + data.readUInt16LE(at + 26)
    demand(start + size <= data.length && found.size < MOST_FILES, 'not our zip')
    found.set(data.toString('latin1', at + 30, start), data.subarray(start, start + size))
    at = start + size
  }
  const folders = new Set([...found.keys()].map((name) => name.split('/')[0]))
  demand(folders.size === 1, 'not exactly one folder')
  const [folder] = folders
  const files = new Map([...found].map(([name, content]) => [name.slice(folder.length + 1), content]))
  demand(write(folder, files).equals(data), 'not the bytes that the files give')
  return { folder, files }
}

module.exports = { read, write }
