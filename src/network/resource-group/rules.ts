/** Resource groups: labels of resources. */
import { refuse } from '../../contract/errors.ts';
import type { Refusal } from '../../values/refusal.ts';

/** The group of resources that are put into none: each account has one, whose id follows from the account's. */
export function defaultResourceGroup(accountId: string): string {
  return `rg-${accountId.slice(1)}`;
}

/** Whether a resource of the group `present` may join `wanted`. */
export function mayJoinGroup(present: string, wanted: string): Refusal | undefined {
  return present === wanted
    ? refuse('InvalidResourceGroup.Duplicate', {
        parameter: 'ResourceGroupId',
        detail: `The resource is in ${wanted} already.`,
      })
    : undefined;
}

/** `status`: the Ecs product answers 404, Vpc 400. */
export function resourceNotFound(id: string, status: number): Refusal {
  return refuse('InvalidResourceId.NotFound', {
    parameter: 'ResourceId',
    detail: `'${id}' is not a resource of this type and account here.`,
    status,
  });
}
