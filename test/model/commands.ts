/** Calls as commands of a model-based test: each predicts from the model how it is answered, asks, and compares. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Model } from './command-model.ts';
import {
  allocate,
  associate,
  become,
  createInstance,
  EVERY_STATUS,
  exchangeGroups,
  join,
  leave,
  onInstance,
  onInstances,
  release,
  releaseEip,
  runInstances,
  unassociate,
} from './instance-plans.ts';
import {
  authorize,
  createGroup,
  createVpc,
  createVSwitch,
  deleteGroup,
  deleteVpc,
  deleteVSwitch,
  revoke,
} from './network-plans.ts';
import type { Plan, Real } from './plan.ts';

class Call implements fc.AsyncCommand<Model, Real> {
  readonly #name: string;
  readonly #choices: readonly number[];
  readonly #plan: Plan;
  #told = '';

  constructor(name: string, choices: readonly number[], plan: Plan) {
    this.#name = name;
    this.#choices = choices;
    this.#plan = plan;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const planned = this.#plan(model, this.#choices);
    const before = await real.changes();
    const { status, body } = await real.client.call(planned.product, planned.action, planned.request);
    const code = status === 200 ? undefined : body.Code;
    this.#told = `${JSON.stringify(planned.request)} → ${code ?? JSON.stringify(body)}`;
    const key = `${planned.action} ${code ?? 'ok'}`;
    real.answers.set(key, (real.answers.get(key) ?? 0) + 1);
    expect({ [planned.action]: code, message: body.Message }).toEqual({
      [planned.action]: planned.refused,
      message: body.Message,
    });
    if (code === undefined) await planned.apply(body, real);
    else expect(await real.changes()).toBe(before);
    await real.follow(model);
  }

  toString(): string {
    return `${this.#name}(${this.#choices.join(', ')}) ${this.#told}`;
  }
}

/** Whether guests boot and end. */
class Freeze implements fc.AsyncCommand<Model, Real> {
  readonly #frozen: boolean;

  constructor(frozen: boolean) {
    this.#frozen = frozen;
  }

  check(model: Readonly<Model>): boolean {
    return model.frozen !== this.#frozen;
  }

  async run(model: Model, real: Real): Promise<void> {
    model.frozen = this.#frozen;
    real.freeze(this.#frozen);
    await real.follow(model);
  }

  toString(): string {
    return this.#frozen ? 'freeze' : 'thaw';
  }
}

/** A call with so many free choices; given several times it is chosen more often. */
const calls: readonly (readonly [name: string, choices: number, plan: Plan, weight?: number])[] = [
  ['createVpc', 1, createVpc, 2],
  ['deleteVpc', 1, deleteVpc],
  ['createVSwitch', 2, createVSwitch, 3],
  ['deleteVSwitch', 1, deleteVSwitch],
  ['createGroup', 1, createGroup, 3],
  ['deleteGroup', 1, deleteGroup, 2],
  ['authorize', 3, authorize, 3],
  ['revoke', 1, revoke, 2],
  ['run', 5, runInstances, 5],
  ['stop', 1, onInstance('StopInstance', ['Running'], become('Stopping', 'Stopped')), 2],
  ['start', 1, onInstance('StartInstance', ['Stopped'], become('Starting', 'Running')), 2],
  ['reboot', 1, onInstance('RebootInstance', ['Running'], become('Stopping', 'Running'))],
  ['release', 1, onInstance('DeleteInstance', ['Stopped'], release)],
  ['release by force', 1, onInstance('DeleteInstance', EVERY_STATUS, release, { Force: true })],
  ['create', 2, createInstance, 2],
  ['stop two', 2, onInstances('StopInstances', ['Running'], become('Stopping', 'Stopped'))],
  ['start two', 2, onInstances('StartInstances', ['Stopped'], become('Starting', 'Running'), 'AllTogether')],
  ['start each', 2, onInstances('StartInstances', ['Stopped'], become('Starting', 'Running'), 'SuccessFirst')],
  ['reboot each', 2, onInstances('RebootInstances', ['Running'], become('Stopping', 'Running'), 'SuccessFirst')],
  ['release two', 2, onInstances('DeleteInstances', ['Stopped'], release)],
  ['exchange groups', 3, exchangeGroups, 2],
  ['join', 2, join, 2],
  ['leave', 2, leave],
  ['allocate', 0, allocate],
  ['associate', 2, associate, 2],
  ['unassociate', 1, unassociate, 2],
  ['release address', 1, releaseEip],
];

/** All commands. What a choice means is the model's business at the time, so that sequences shrink well. */
export function allCommands(): fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] {
  const made = calls.flatMap(([name, choices, plan, weight = 1]) => {
    const command = fc
      .array(fc.nat({ max: 11 }), { minLength: choices, maxLength: choices })
      .map((chosen) => new Call(name, chosen, plan));
    return Array.from({ length: weight }, () => command);
  });
  return [...made, fc.constant(true).map((frozen) => new Freeze(frozen)), fc.constant(false).map((f) => new Freeze(f))];
}

/** Commands that make a small network with instances, where most calls have something to do. */
export function furniture(): fc.AsyncCommand<Model, Real>[] {
  return [
    new Call('createVpc', [0], createVpc),
    new Call('createVSwitch', [0, 1], createVSwitch),
    new Call('createGroup', [0], createGroup),
    new Call('createGroup', [0], createGroup),
    new Call('run', [0, 0, 1, 1, 1], runInstances),
    new Call('allocate', [], allocate),
  ];
}
