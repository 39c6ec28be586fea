/** What clients read around an instance: role, reserved capacity, maintenance, renewal. */
import { refuse } from '../../contract/errors.ts';
import type {
  describeInstanceAttachmentAttributes,
  describeInstanceAutoRenewAttribute,
  describeInstanceMaintenanceAttributes,
  describeInstanceRamRole,
} from '../../contract/instance-options.ts';
import type { Tables } from '../../store/schema.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { pageOfList, readPage } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { type Echo, readEcho } from './echo.ts';
import { ORDER } from './listing-actions.ts';

type OptionsAction =
  | typeof describeInstanceRamRole
  | typeof describeInstanceAttachmentAttributes
  | typeof describeInstanceMaintenanceAttributes
  | typeof describeInstanceAutoRenewAttribute;

export const optionsHandlers: HandlersOf<OptionsAction> = {
  async 'Ecs.DescribeInstanceRamRole'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const { InstanceIds, RamRoleName } = input;
    if (InstanceIds === undefined && RamRoleName === undefined) {
      return refuse('MissingParameter', { parameter: 'InstanceIds', detail: 'Or RamRoleName.' });
    }
    const where = {
      id: RamRoleName === undefined ? InstanceIds : [],
      account_id: call.caller.accountId,
      region_id: region.id,
    };
    const { rows, facts } = await call.read((reader) => readPage(reader, 'instance', where, ORDER, input));
    return {
      RegionId: region.id,
      TotalCount: facts.TotalCount,
      InstanceRamRoleSets: { InstanceRamRoleSet: rows.map((row) => ({ InstanceId: row.id, RamRoleName: '' })) },
    };
  },

  async 'Ecs.DescribeInstanceAttachmentAttributes'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const where = { id: input.InstanceIds, account_id: call.caller.accountId, region_id: region.id };
    const { rows, facts } = await call.read((reader) => readPage(reader, 'instance', where, ORDER, input));
    return {
      ...facts,
      Instances: {
        Instance: rows.map((row) => ({
          InstanceId: row.id,
          PrivatePoolOptionsId: '',
          PrivatePoolOptionsMatchCriteria: 'None',
        })),
      },
    };
  },

  async 'Ecs.DescribeInstanceMaintenanceAttributes'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const ids = input.InstanceId ?? [];
    const where = {
      id: ids.length > 0 ? ids : undefined,
      account_id: call.caller.accountId,
      region_id: region.id,
    };
    const { rows, facts } = await call.read((reader) => readPage(reader, 'instance', where, ORDER, input));
    return { ...facts, MaintenanceAttributes: { MaintenanceAttribute: rows.map(maintenanceOf) } };
  },

  async 'Ecs.DescribeInstanceAutoRenewAttribute'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    if (input.InstanceId === undefined && input.RenewalStatus === undefined) {
      return refuse('MissingParameter', { parameter: 'InstanceId', detail: 'Or RenewalStatus.' });
    }
    const where = { id: input.InstanceId, account_id: call.caller.accountId, region_id: region.id };
    const all = await call.read((reader) => reader.find('instance', where, { orderBy: ORDER }));
    const renewals = all
      .map((row) => ({ row, echo: readEcho(row) }))
      .filter(({ echo }) => echo.ExpiresAt !== undefined)
      .map(({ row, echo }) => renewalOf(row, echo))
      .filter(({ RenewalStatus }) => input.RenewalStatus === undefined || RenewalStatus === input.RenewalStatus);
    const { rows, facts } = pageOfList(renewals, input);
    return { ...facts, InstanceRenewAttributes: { InstanceRenewAttribute: rows } };
  },
};

/** When the machine was restarted, instances start again. */
function maintenanceOf(row: Tables['instance']) {
  const action = 'AutoRecover';
  return {
    InstanceId: row.id,
    ActionOnMaintenance: { Value: action, DefaultValue: action, SupportedValues: { SupportedValue: [action] } },
    MaintenanceWindows: { MaintenanceWindow: [] },
    NotifyOnMaintenance: false,
  };
}

function renewalOf(row: Tables['instance'], echo: Echo) {
  const enabled = echo.AutoRenew ?? false;
  return {
    InstanceId: row.id,
    AutoRenewEnabled: enabled,
    Duration: enabled ? (echo.AutoRenewPeriod ?? 1) : 0,
    PeriodUnit: echo.PeriodUnit ?? 'Month',
    RenewalStatus: enabled ? 'AutoRenewal' : 'Normal',
    EnableExpectedRenewDay: false,
  };
}
