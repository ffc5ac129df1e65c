// The two packages that the proof needs, from where `prove` has installed them; after `npm ci` here, from here.

import { createRequire } from 'node:module'

const home = process.env.DAYPASS_PROOF_PACKAGES
const require = createRequire(home === undefined ? import.meta.url : `${home}/package.json`)

export const { runSimulation } = require('@cloud-copilot/iam-simulate')
export const { isMap, isSeq, parse, parseDocument } = require('yaml')
