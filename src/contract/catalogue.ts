/** All actions that are served, by key. The handler table must have exactly these. */

import * as account from './account.ts';
import * as accountAttribute from './account-attribute.ts';
import type { Action, ActionKey } from './action.ts';
import { keyOf } from './action.ts';
import * as availability from './availability.ts';
import * as billing from './billing.ts';
import * as disk from './disk.ts';
import * as eip from './eip.ts';
import * as image from './image.ts';
import * as instance from './instance.ts';
import * as instanceAttribute from './instance-attribute.ts';
import * as instanceBatch from './instance-batch.ts';
import * as instanceCreation from './instance-creation.ts';
import * as instanceOptions from './instance-options.ts';
import * as instanceStatus from './instance-status.ts';
import * as instanceType from './instance-type.ts';
import * as keyPair from './key-pair.ts';
import * as networkInterface from './network-interface.ts';
import * as path from './path.ts';
import * as prefixList from './prefix-list.ts';
import * as region from './region.ts';
import * as resourceGroup from './resource-group.ts';
import * as routeTable from './route-table.ts';
import * as securityGroup from './security-group.ts';
import * as securityGroupRule from './security-group-rule.ts';
import * as tag from './tag.ts';
import * as vpc from './vpc.ts';
import * as vswitch from './vswitch.ts';
import * as yunlan from './yunlan.ts';

const RESOURCES = {
  account,
  accountAttribute,
  availability,
  disk,
  billing,
  eip,
  image,
  instance,
  instanceAttribute,
  instanceBatch,
  instanceCreation,
  instanceOptions,
  instanceStatus,
  instanceType,
  keyPair,
  networkInterface,
  path,
  prefixList,
  region,
  resourceGroup,
  routeTable,
  securityGroup,
  securityGroupRule,
  tag,
  vpc,
  vswitch,
  yunlan,
};

type Resources = typeof RESOURCES;
type Served = { [R in keyof Resources]: Extract<Resources[R][keyof Resources[R]], Action> }[keyof Resources];

/** Every action that is served, as a union of their descriptions. */
export type ServedAction = Served;

export const ACTIONS: readonly Action[] = Object.values(RESOURCES).flatMap((resource) => Object.values(resource));

const BY_KEY = new Map<ActionKey, Action>(ACTIONS.map((action) => [keyOf(action), action]));

export function findAction(key: ActionKey): Action | undefined {
  return BY_KEY.get(key);
}
