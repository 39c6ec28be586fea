/**
 * One function for each action on accounts, keys, the record of requests, the clock and the server itself. Actions that
 * the contract keeps for the administrator are refused to others by the gateway, before they come here.
 */
import type { describeServer, getClock, getInstanceLog, moveClock } from '../../contract/yunlan.ts';
import type { Reader } from '../../store/port.ts';
import { formatSeconds } from '../../values/clock.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { instanceByIdOrName } from '../instance/exec.ts';
import { type AccountAction, accountActionHandlers } from './account-actions.ts';
import { keepOffset, keptOffset } from './clock.ts';
import { type KeyAction, keyHandlers } from './key-actions.ts';
import { type RequestAction, requestHandlers } from './request-actions.ts';
import { movedOffset } from './rules.ts';
import { type SessionAction, sessionHandlers } from './session-actions.ts';
import { clockState } from './view.ts';

type ServerAction = typeof getClock | typeof moveClock | typeof describeServer | typeof getInstanceLog;

export const accountHandlers: HandlersOf<AccountAction | KeyAction | RequestAction | ServerAction | SessionAction> = {
  ...accountActionHandlers,
  ...keyHandlers,
  ...requestHandlers,
  ...sessionHandlers,

  async 'Yunlan.GetClock'(call) {
    return clockState(call.clock);
  },

  async 'Yunlan.MoveClock'(call, input) {
    const moved = await call.write(['clock'], async (tx) => {
      const realNow = call.clock.now() - call.clock.offset;
      const offset = movedOffset(input, realNow, await keptOffset(tx));
      if (isRefusal(offset)) return offset;
      await keepOffset(tx, offset);
      await record(call, tx, 'Yunlan.MoveClock', '', 'clock');
      return {};
    });
    if (isRefusal(moved)) return moved;
    // What is kept is the truth: of two moves at once the later one stays, and a repeated call moves nothing again.
    await call.read(async (reader) => call.clock.moveTo(await keptOffset(reader)));
    return clockState(call.clock);
  },

  async 'Yunlan.DescribeServer'(call) {
    const { server } = call;
    return {
      Version: server.version,
      Driver: server.driver,
      RealPackets: server.realPackets,
      RegionId: call.regionId,
      StartTime: formatSeconds(server.startedAt),
      Pid: server.pid,
      NetworksBehind: await call.read((reader) => networksBehind(call, reader)),
    };
  },

  async 'Yunlan.GetInstanceLog'(call, input) {
    const instance = await call.read((reader) => instanceByIdOrName(reader, call.caller.accountId, input.Instance));
    if (isRefusal(instance)) return instance;
    return { InstanceId: instance.id, Log: await call.guests.log(instance.id, input.Tail) };
  },
};

/** Networks whose packets do not yet follow what is wanted: all of them for the administrator, else the caller's. */
async function networksBehind(call: Call, reader: Reader): Promise<string[]> {
  const behind = (await reader.behind()).map((state) => state.network_id);
  if (call.caller.administrator) return behind;
  const own = await reader.find('vpc', { account_id: call.caller.accountId, id: behind });
  return own.map((vpc) => vpc.id);
}
