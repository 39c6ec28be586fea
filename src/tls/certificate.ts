/**
 * Certificates (RFC 5280) for our own authority and server: ECDSA on P-256 with SHA-256, version 3. Own code, since the
 * runtime reads certificates but makes none; docs/decisions/0013 says what else there was.
 */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bitString,
  boolean,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  time,
  utf8String,
} from './der.ts';
import { addressBytes, type Confines, rangeBytes } from './names.ts';

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

const SIGNATURE_ALGORITHM = sequence(objectIdentifier(OID.ecdsaWithSha256));
const ORGANIZATION = 'Yunlan';

/** Bits of KeyUsage, the first one highest. */
const DIGITAL_SIGNATURE = 0x80;
const KEY_CERT_SIGN = 0x04;

/** Whose key signs, as certificates name him. */
export interface Issuer {
  readonly commonName: string;
  readonly privateKey: KeyObject;
}

interface Facts {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  /** 20 random bytes. */
  readonly serial: Uint8Array;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

export function newPrivateKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** An authority's own certificate, as PEM. It may sign servers within its confines and nothing else. */
export function authorityCertificate(facts: Omit<Facts, 'publicKey'>, key: KeyObject, confines: Confines): string {
  const publicKey = createPublicKey(key);
  const permitted = [
    ...confines.dns.map((name) => dnsName(name)),
    ...confines.ranges.map((range) => {
      const { address, mask } = rangeBytes(range);
      return tagged(7, Buffer.concat([address, mask]), false);
    }),
  ];
  return signed({ ...facts, publicKey }, { commonName: facts.commonName, privateKey: key }, [
    extension(OID.basicConstraints, true, sequence(boolean(true), integer(Uint8Array.of(0)))),
    extension(OID.keyUsage, true, keyUsage(KEY_CERT_SIGN)),
    extension(
      OID.nameConstraints,
      true,
      sequence(tagged(0, Buffer.concat(permitted.map((name) => sequence(name))), true)),
    ),
    extension(OID.subjectKeyIdentifier, false, octetString(keyIdentifier(publicKey))),
  ]);
}

/** A server's certificate for these names and addresses, as PEM. */
export function serverCertificate(facts: Facts, issuer: Issuer, names: readonly string[]): string {
  const issuerKey = createPublicKey(issuer.privateKey);
  const alternatives = names.map((name) => (isIP(name) === 0 ? dnsName(name) : tagged(7, addressBytes(name), false)));
  return signed(facts, issuer, [
    extension(OID.basicConstraints, true, sequence()),
    extension(OID.keyUsage, true, keyUsage(DIGITAL_SIGNATURE)),
    extension(OID.extendedKeyUsage, false, sequence(objectIdentifier(OID.serverAuth))),
    extension(OID.subjectAltName, false, sequence(...alternatives)),
    extension(OID.subjectKeyIdentifier, false, octetString(keyIdentifier(facts.publicKey))),
    extension(OID.authorityKeyIdentifier, false, sequence(tagged(0, keyIdentifier(issuerKey), false))),
  ]);
}

/** 20 bytes that tell keys apart (RFC 7093, section 2, method 1 over the whole key information). */
export function keyIdentifier(publicKey: KeyObject): Uint8Array {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

function signed(facts: Facts, issuer: Issuer, extensions: readonly Uint8Array[]): string {
  // The highest bit stays clear, so that the number is positive in at most 20 bytes.
  const serial = facts.serial.map((byte, at) => (at === 0 ? (byte & 0x7f) | 0x40 : byte));
  const toSign = sequence(
    tagged(0, integer(Uint8Array.of(2)), true),
    integer(serial),
    SIGNATURE_ALGORITHM,
    name(issuer.commonName),
    sequence(time(facts.notBefore), time(facts.notAfter)),
    name(facts.commonName),
    facts.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions), true),
  );
  const signature = sign('sha256', toSign, { key: issuer.privateKey, dsaEncoding: 'der' });
  return pem(sequence(toSign, SIGNATURE_ALGORITHM, bitString(signature)));
}

function name(commonName: string): Uint8Array {
  const attribute = (type: string, text: string): Uint8Array =>
    setOf(sequence(objectIdentifier(type), utf8String(text)));
  return sequence(attribute(OID.organization, ORGANIZATION), attribute(OID.commonName, commonName));
}

function extension(type: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(type), ...(critical ? [boolean(true)] : []), octetString(value));
}

function keyUsage(bits: number): Uint8Array {
  // Bits after the last one that is set do not count.
  return bitString(Uint8Array.of(bits), 31 - Math.clz32(bits & -bits));
}

function dnsName(text: string): Uint8Array {
  return tagged(2, Buffer.from(text, 'latin1'), false);
}

function pem(certificate: Uint8Array): string {
  const lines = Buffer.from(certificate)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
