/** Finding the caller's prefix lists and what names them. */
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { prefixListNotFound } from './rules.ts';

/** The caller's list with this id in this region, or the refusal. `parameter`: where the id was given. */
export async function findPrefixList(
  reader: Reader,
  call: Call,
  prefixListId: string,
  regionId: string,
  parameter = 'PrefixListId',
): Promise<Tables['prefix_list'] | Refusal> {
  const where = { id: prefixListId, account_id: call.caller.accountId, region_id: regionId };
  return (await reader.get('prefix_list', where)) ?? prefixListNotFound(prefixListId, parameter);
}

/** Groups with rules that name the list, sorted by id, each with its VPC. */
export async function groupsNaming(
  reader: Reader,
  prefixListId: string,
): Promise<readonly { readonly id: string; readonly vpcId: string }[]> {
  const rules = await reader.find('security_group_rule', { peer_kind: 'prefixList', peer: prefixListId });
  const vpcOf = new Map(rules.map((rule) => [rule.security_group_id, rule.vpc_id]));
  return [...vpcOf].map(([id, vpcId]) => ({ id, vpcId })).sort((a, b) => (a.id < b.id ? -1 : 1));
}
