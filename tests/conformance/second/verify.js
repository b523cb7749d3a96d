'use strict'
// node verify.js trust.json PATH...: verify what was handed out, with nothing but Node's standard library.

const fs = require('node:fs')
const path = require('node:path')
const { Refused, demand, parseOnce, text, isObject } = require('./bytes.js')
const log = require('./log.js')
const notes = require('./notes.js')
const bag = require('./package.js')
const proofs = require('./proofs.js')
const report = require('./report.js')
const trustFile = require('./trust.js')

const filesBelow = (folder) => {
  const found = new Map()
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue
    const full = path.join(entry.parentPath, entry.name)
    demand(entry.isFile(), `${full} is a link or no file`)
    found.set(path.relative(folder, full).split(path.sep).join('/'), fs.readFileSync(full))
  }
  return found
}

const folderKinds = { 'release.note': bag.check, 'report.note': report.check, checkpoint: log.check }

const checkFolder = (folder, trust) => {
  const kind = Object.keys(folderKinds).find((name) => fs.existsSync(path.join(folder, name)))
  demand(kind, 'the folder is nothing that is handed out')
  folderKinds[kind](filesBelow(folder), trust)
}

const checkText = (name, data, trust) => {
  const first = text(data).split('\n')[0]
  if (/^safeconduct\/v1\/(band|report|trust)$/.test(first)) report.checkStatement(data, trust)
  else {
    demand(first !== 'safeconduct/v1/sealed', 'verify the file that this note lies beside')
    notes.openHead(data, trust)
  }
}

const checkJson = (data, trust) => {
  const value = parseOnce(text(data))
  demand(isObject(value), 'not a proof')
  if (Object.hasOwn(value, 'statement')) report.checkReceipt(value, trust)
  else proofs.checkPublic(value, trust)
}

const checkFile = (file, trust) => {
  const data = fs.readFileSync(file)
  const name = path.basename(file)
  const beside = `${file}.note`
  if (name === 'trust.json') {
    const found = trustFile.read(data)
    if (fs.existsSync(beside)) trustFile.checkNote(data, fs.readFileSync(beside), found)
    demand(found.issuer.public.equals(trust.issuer.public), 'another issuer than the trusted one')
  } else if (fs.existsSync(beside)) bag.checkEnvelope(name, data, fs.readFileSync(beside), trust)
  else if (name.endsWith('.zip')) bag.checkZip(data, trust)
  else if (name.endsWith('.json')) checkJson(data, trust)
  else checkText(name, data, trust)
}

const main = ([trustPath, ...paths]) => {
  if (!paths.length) throw new Error('usage: node verify.js trust.json PATH...')
  const trust = trustFile.read(fs.readFileSync(trustPath))
  let bad = 0
  for (const one of paths) {
    try {
      if (fs.statSync(one).isDirectory()) checkFolder(one, trust)
      else checkFile(one, trust)
      console.log(`good ${one}`)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      console.log(`BAD ${one}: ${error.message}`)
      bad += 1
    }
  }
  process.exitCode = bad ? 3 : 0
}

main(process.argv.slice(2))
