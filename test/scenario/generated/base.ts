/** Requests made from the contract that should do, for checks that spoil one thing in them. */
import type { Action } from '../../../src/contract/action.ts';
import type { Parameter, Parameters } from '../../../src/contract/parameter.ts';
import { idKindsOf } from '../../fuzz/id-parameters.ts';
import { samplesOf, TYPE_NAMES } from '../../fuzz/samples.ts';
import { nobodys, type Person } from '../../fuzz/world.ts';

/** Parameters by their names on the wire. */
export type Flat = { readonly [name: string]: string };

/** Not required by the contract, and yet asked for before most others are looked at. */
const OFTEN = /^(ImageId|InstanceType|VSwitchId|SecurityGroupId|IpProtocol|PortRange|InstanceId|TagKey)$/;
/** Who is on the other end of a rule. */
const PEER = /^(SourceCidrIp|DestCidrIp)$/;

/**
 * Ever fuller requests: what is required; what is mostly needed besides; the peer of a rule as well; every id. Each action is satisfied by one of
 * them at the latest, save for what excludes each other.
 */
export function basesOf(action: Action, person: Person): Flat[] {
  const fill = (wanted: (name: string, parameter: Parameter) => boolean): Flat =>
    fields(action.parameters, '', '', person, wanted);
  const required = fill(() => false);
  const often = fill((name) => OFTEN.test(name));
  const rule = fill((name) => OFTEN.test(name) || PEER.test(name));
  const ids = fill((name, parameter) => OFTEN.test(name) || idKindsOf(name, itemOf(parameter)) !== undefined);
  return [required, often, rule, ids];
}

const itemOf = (parameter: Parameter): Parameter => (parameter.kind === 'list' ? parameter.of : parameter);

function fields(
  parameters: Parameters,
  path: string,
  prefix: string,
  person: Person,
  wanted: (name: string, parameter: Parameter) => boolean,
): Flat {
  const flat: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.fate === 'refused' || parameter.fate === 'accepted') continue;
    if (parameter.required || wanted(name, parameter)) {
      Object.assign(flat, given(path + name, prefix + name, parameter, person));
    }
  }
  return flat;
}

/** A value for the parameter: `path` with N for numbers, `name` with numbers. */
function given(path: string, name: string, parameter: Parameter, person: Person): Flat {
  switch (parameter.kind) {
    case 'list':
      return given(`${path}.N`, `${name}.1`, parameter.of, person);
    case 'struct':
      return fields(parameter.fields, `${path}.`, `${name}.`, person, (field) => /^(Key|Value)$/.test(field));
    default:
      return { [name]: textFor(path, parameter, person) };
  }
}

function textFor(path: string, parameter: Parameter, person: Person): string {
  if (/RoleArn$/.test(path)) return `acs:ram::${person.accountId}:role/some`;
  const kinds = idKindsOf(path, parameter);
  const samples = samplesOf(path, parameter) ?? ['one'];
  const known = kinds ? (person.has.pick(kinds[0]!, 0) ?? nobodys(kinds[0]!, 0)) : undefined;
  const value = known ?? samples.find((sample) => TYPE_NAMES.get(sample.toLowerCase()) === 'vpc') ?? samples[0]!;
  return parameter.kind === 'json-list' ? JSON.stringify([value]) : value;
}

/** The same request with this parameter spoilt; what must stand beside it in its struct is added. */
export function spoilt(action: Action, base: Flat, path: string, text: string, person: Person): Flat {
  const name = path.replaceAll('.N', '.1');
  const parts = path.split('.');
  const beside: Record<string, string> = {};
  let parameters: Parameters | undefined = action.parameters;
  let at = '';
  for (const part of parts) {
    if (part === 'N') {
      at += '.N';
      continue;
    }
    const parameter: Parameter | undefined = parameters?.[part];
    at = at === '' ? part : `${at}.${part}`;
    const inner: Parameter | undefined = parameter && itemOf(parameter);
    parameters = inner?.kind === 'struct' ? inner.fields : undefined;
    if (parameters) {
      const below = inner === parameter ? at : `${at}.N`;
      Object.assign(
        beside,
        fields(parameters, `${below}.`, `${below.replaceAll('.N', '.1')}.`, person, () => false),
      );
    }
  }
  return { ...base, ...beside, [name]: text };
}
