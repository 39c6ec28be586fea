/** Which action a request asks for. */
import { type Action, type Product, VERSION } from '../contract/action.ts';
import { findAction } from '../contract/catalogue.ts';
import { refuse } from '../contract/errors.ts';
import { isOfficialAction } from '../contract/official.ts';
import type { Refusal } from '../values/refusal.ts';
import { V3_HEADERS } from '../wire/signature-v3.ts';
import type { WireParameters } from './parameters.ts';
import type { WireRequest } from './request.ts';

const PRODUCT_OF = new Map<string, Product>(
  Object.entries(VERSION).map(([product, version]) => [version, product as Product]),
);

/** Whether the request is signed (or meant to be) by headers, as ACS3 is, and not by parameters. */
export function signedByHeaders({ headers }: WireRequest): boolean {
  return headers.first.has('authorization');
}

/**
 * The action, taken only from what the signature covers: headers with ACS3, parameters with signature 1.0 (whose
 * clients send the headers too, unsigned).
 */
export function findRequested(request: WireRequest, { all }: WireParameters): Action | Refusal {
  const byHeaders = signedByHeaders(request);
  const actionFrom = byHeaders ? V3_HEADERS.action : 'Action';
  const versionFrom = byHeaders ? V3_HEADERS.version : 'Version';
  const name = byHeaders ? request.headers.first.get(actionFrom) : all.get(actionFrom);
  const version = byHeaders ? request.headers.first.get(versionFrom) : all.get(versionFrom);
  if (!name) return refuse('MissingParameter', { parameter: actionFrom });
  if (!version) return refuse('MissingParameter', { parameter: versionFrom });
  const product = PRODUCT_OF.get(version);
  if (!product) return refuse('InvalidVersion', { parameter: versionFrom, detail: servedVersions() });
  const action = findAction(`${product}.${name}`);
  if (action) return action;
  return isOfficialAction(product, name)
    ? refuse('UnsupportedOperation', { parameter: actionFrom })
    : refuse('InvalidAction.NotFound', { parameter: actionFrom, detail: `The product is ${product} ${version}.` });
}

function servedVersions(): string {
  const served = Object.entries(VERSION).map(([product, version]) => `${product} ${version}`);
  return `Served are ${served.join(', ')}.`;
}
