/** One function for each action of the billing product. */
import type { queryAvailableInstances } from '../../contract/billing.ts';
import { formatSeconds } from '../../values/clock.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { pageOfList } from '../paging.ts';
import { acceptAsked, type Bought, boughtEip, boughtInstance, subscriptionTypeOf } from './rules.ts';

export const billingHandlers: HandlersOf<typeof queryAvailableInstances> = {
  async 'BssOpenApi.QueryAvailableInstances'(call, input) {
    const isAsked = acceptAsked(input);
    if (isRefusal(isAsked)) return isAsked;
    const where = { account_id: call.caller.accountId };
    const bought = await call.read(async (reader) => [
      ...(await reader.find('instance', where)).map(boughtInstance),
      ...(await reader.find('eip', where)).map(boughtEip),
    ]);
    const list = bought.filter(isAsked).sort((a, b) => b.boughtAt - a.boughtAt || (a.id < b.id ? -1 : 1));
    const { PageNum, PageSize } = input;
    const { rows, facts } = pageOfList(list, { PageNumber: PageNum, PageSize });
    return {
      Code: 'Success',
      Message: 'Successful!',
      Success: true,
      Data: {
        PageNum,
        PageSize,
        TotalCount: facts.TotalCount,
        InstanceList: rows.map((row) => listedInstance(row, call.caller.accountId)),
      },
    };
  },
};

function listedInstance(bought: Bought, accountId: string) {
  return {
    InstanceID: bought.id,
    ProductCode: bought.productCode,
    ProductType: '',
    Region: bought.regionId,
    SubscriptionType: subscriptionTypeOf(bought),
    Status: 'Normal',
    SubStatus: 'Normal',
    CreateTime: formatSeconds(bought.boughtAt),
    EndTime: bought.endsAt === undefined ? '' : formatSeconds(bought.endsAt),
    RenewStatus: bought.renewStatus,
    RenewalDuration: bought.renewalDuration,
    RenewalDurationUnit: bought.renewalUnit,
    ReleaseTime: '',
    ExpectedReleaseTime: '',
    StopTime: '',
    OwnerId: Number(accountId),
    Seller: '',
    SellerId: 0,
  };
}
