/** Names and host names of instances, one by one and numbered in a row. */
import { type ErrorCode, refuse } from '../../contract/errors.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';

/** `PREFIX[BEGIN,DIGITS]SUFFIX` */
interface Sequence {
  readonly prefix: string;
  readonly begin: number;
  readonly digits: number;
  readonly suffix: string;
}

const SEQUENCE = /^([^[\]]*)\[(\d{0,6}),([1-6]?)\]([^[\]]*)$/;
const GREATEST_NUMBER = 999_999;

/** Numbers that UniqueSuffix can append: 001 to 999. */
const SUFFIX_DIGITS = 3;

function parseSequence(text: string): Sequence | undefined {
  const parts = SEQUENCE.exec(text);
  if (!parts) return undefined;
  const [, prefix = '', begin = '', digits = '', suffix = ''] = parts;
  return { prefix, begin: Number(begin || 0), digits: Number(digits || 6), suffix };
}

/**
 * The texts for `count` instances: numbered when `text` is a sequence, else all alike. With `uniqueSuffix` several get
 * 001, 002 … at the end, unless they end in numbers already. Undefined when the numbers become too large.
 */
export function numbered(text: string, count: number, uniqueSuffix: boolean): readonly string[] | undefined {
  const sequence = parseSequence(text);
  const append = uniqueSuffix && count > 1 && !(sequence && sequence.suffix === '');
  if (sequence && sequence.begin + count - 1 > GREATEST_NUMBER) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const base = sequence
      ? sequence.prefix + String(sequence.begin + index).padStart(sequence.digits, '0') + sequence.suffix
      : text;
    return append ? base + String(index + 1).padStart(SUFFIX_DIGITS, '0') : base;
  });
}

const NAME = /^\p{L}[\p{L}\p{N}._:-]*$/u;
const LINK = /^https?:\/\//i;

/** Names for `count` instances, or why they are refused. */
export function acceptInstanceNames(text: string, count: number, uniqueSuffix: boolean): readonly string[] | Refusal {
  const names = numbered(text, count, uniqueSuffix);
  if (!names) return refuse('InvalidParams.InstanceNameExceed', { parameter: 'InstanceName' });
  for (const name of names) {
    const refusal = mayBeInstanceName(name);
    if (refusal) return refusal;
  }
  return names;
}

/** Whether one instance may have this name. */
export function mayBeInstanceName(name: string): Refusal | undefined {
  if (NAME.test(name) && !LINK.test(name) && name.length >= 2 && name.length <= 128) return undefined;
  return refuse('InvalidInstanceName.Malformed', {
    parameter: 'InstanceName',
    detail: `'${name}': 2 to 128 letters, digits and . _ : -, the first a letter.`,
  });
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: the place holder is spelled like this on the wire
const ID_PLACE = '${instance_id}';

export type Platform = 'linux' | 'windows';

/** What host names are asked for. */
export interface HostNamesAsked {
  readonly HostName?: string | undefined;
  readonly HostNames?: readonly string[] | undefined;
  readonly UniqueSuffix: boolean;
}

/**
 * Host names for the instances with these ids, or why they are refused. `names` and `each` exclude each other; without
 * either the id gives the name.
 */
export function acceptHostNames(
  asked: HostNamesAsked,
  ids: readonly string[],
  platform: Platform,
): readonly string[] | Refusal {
  const texts = textsOf(asked, ids.length);
  if (isRefusal(texts)) return texts;
  if (!texts) return ids.map(defaultHostName);
  const parameter = asked.HostName === undefined ? 'HostNames' : 'HostName';
  const names: string[] = [];
  for (const [index, id] of ids.entries()) {
    const name = texts[index]!.replaceAll(ID_PLACE, id);
    const where = parameter === 'HostNames' ? `HostNames.${index + 1}` : parameter;
    const refusal = mayBeHostName(name, platform, where);
    if (refusal) return refusal;
    names.push(name);
  }
  return names;
}

function textsOf({ HostName, HostNames, UniqueSuffix }: HostNamesAsked, count: number) {
  const several = HostNames ?? [];
  if (HostName !== undefined && several.length > 0) {
    return refuse('InvalidParameter.Conflict', { parameter: 'HostNames', detail: 'HostName is given too.' });
  }
  if (several.length > 0) {
    return several.length === count
      ? several
      : refuse('InvalidParameter', {
          parameter: 'HostNames',
          detail: `${several.length} names are given for ${count} instances.`,
        });
  }
  if (HostName === undefined) return undefined;
  const code: ErrorCode = 'InvalidHostName.Malformed';
  return (
    numbered(HostName, count, UniqueSuffix) ??
    refuse(code, { parameter: 'HostName', detail: 'The numbers become too large.' })
  );
}

/** `iZ` + the id without its prefix + `Z`, as on the official product. */
function defaultHostName(id: string): string {
  return `iZ${id.replace(/^i-/, '')}Z`;
}

/** Whether an instance of this platform may have this host name. */
export function mayBeHostName(name: string, platform: Platform, parameter = 'HostName'): Refusal | undefined {
  const fault = faultOf(name, platform);
  return fault ? refuse('InvalidHostName.Malformed', { parameter, detail: `'${name}': ${fault}` }) : undefined;
}

const LABEL = /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;

function faultOf(name: string, platform: Platform): string | undefined {
  const most = platform === 'windows' ? 15 : 64;
  if (name.length < 2 || name.length > most) return `it must have 2 to ${most} characters.`;
  const labels = platform === 'windows' ? [name] : name.split('.');
  if (!labels.every((label) => LABEL.test(label))) {
    return 'letters, digits, and between them single hyphens (and dots, except on Windows).';
  }
  return platform === 'windows' && /^\d+$/.test(name) ? 'it must not be digits only.' : undefined;
}
