import { type EmulatedOrg, SalesforceFault } from '../org.ts';
import type { Settings } from '../settings.ts';

/** An entity selected for change events on a channel: `PlatformEventChannelMember` of the Tooling API. */
export interface ChannelMember {
  id: string;
  fullName: string;
  eventChannel: string;
  selectedEntity: string;
  enrichedFields: string[];
  filterExpression: string | null;
  /** Earlier changes emit nothing. */
  selectedAt: number;
}

export const standardChannel = 'ChangeEvents';

/** `AccountChangeEvent` of `Account`, `Deal__ChangeEvent` of `Deal__c`. */
export const changeEventName = (object: string): string =>
  object.endsWith('__c') ? `${object.slice(0, -1)}ChangeEvent` : `${object}ChangeEvent`;

/** Which objects emit change events, over all channels; five without the add-on. Kept with the org's data. */
export class ChannelMembers {
  readonly #org: EmulatedOrg;
  readonly #settings: Settings;
  #members: ChannelMember[];
  #channels: string[];

  constructor(org: EmulatedOrg, settings: Settings) {
    this.#org = org;
    this.#settings = settings;
    const saved = org.documents.load('channelMembers') as { members: ChannelMember[]; channels: string[] } | undefined;
    this.#members = saved?.members ?? [];
    this.#channels = saved?.channels ?? [];
  }

  list(): readonly ChannelMember[] {
    return this.#members;
  }

  /** Throws LIMIT_EXCEEDED, DUPLICATE_DEVELOPER_NAME or INVALID_INPUT with the platform's words. */
  add(member: Omit<ChannelMember, 'id' | 'selectedAt'>, id: string): ChannelMember {
    const object = this.objectOf(member.selectedEntity);
    if (object === undefined) throw invalid(`The selected entity ${member.selectedEntity} is not supported`);
    if (member.eventChannel !== standardChannel && !this.#channels.includes(member.eventChannel)) {
      throw invalid(`The event channel ${member.eventChannel} does not exist`);
    }
    const twin = this.#members.find(
      (other) =>
        other.fullName === member.fullName ||
        (other.eventChannel === member.eventChannel && other.selectedEntity === member.selectedEntity),
    );
    if (twin) {
      const message = `The developer name you specified, ${member.fullName}, is already in use. Choose another developer name.`;
      throw new SalesforceFault(400, 'DUPLICATE_DEVELOPER_NAME', message, ['DeveloperName']);
    }
    const entities = new Set([...this.#members.map((other) => other.selectedEntity), member.selectedEntity]);
    if (entities.size > this.#settings.selectedEntities) {
      const message = `You've reached the maximum number of ${this.#settings.selectedEntities} entities selected for Change Data Capture.`;
      throw new SalesforceFault(400, 'LIMIT_EXCEEDED', message);
    }
    const added = { ...member, id, selectedAt: this.#org.clock.now() };
    this.#members.push(added);
    this.#save();
    return added;
  }

  addChannel(name: string): void {
    if (!/^\w+__chn$/.test(name)) throw invalid(`${name} is not the name of a custom channel`);
    this.#channels.push(name);
    this.#save();
  }

  change(id: string, to: Partial<Pick<ChannelMember, 'enrichedFields' | 'filterExpression'>>): void {
    Object.assign(this.find(id), to);
    this.#save();
  }

  remove(id: string): void {
    const member = this.find(id);
    this.#members = this.#members.filter((other) => other !== member);
    this.#save();
  }

  find(id: string): ChannelMember {
    const member = this.#members.find((candidate) => candidate.id.slice(0, 15) === id.slice(0, 15));
    if (!member) throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
    return member;
  }

  /** The object behind `AccountChangeEvent`, with exactly this spelling; only what may have a trigger has change events. */
  objectOf(entity: string): string | undefined {
    const name = /^(.*)__ChangeEvent$/.exec(entity);
    const object = name ? `${name[1]}__c` : /^(.*)ChangeEvent$/.exec(entity)?.[1];
    const known = object === undefined ? undefined : this.#org.schema.objectName(object);
    if (known === undefined || changeEventName(known) !== entity) return undefined;
    return this.#org.schema.isTriggerable(known) ? known : undefined;
  }

  isSelected(object: string, at: number): boolean {
    const entity = changeEventName(object);
    return this.#members.some((member) => member.selectedEntity === entity && member.selectedAt <= at);
  }

  /** Fields that always travel with an event of this object on this channel. */
  enriched(object: string, channel: string): string[] {
    const entity = changeEventName(object);
    return this.#members
      .filter((member) => member.selectedEntity === entity && member.eventChannel === channel)
      .flatMap((member) => member.enrichedFields);
  }

  /** Objects a subscription to this channel (`/data/…`) hears; undefined when there is no such channel. */
  hears(channel: string): ((object: string) => boolean) | undefined {
    const name = /^\/data\/(\w+)$/.exec(channel)?.[1];
    if (name === undefined) return undefined;
    if (name === standardChannel || this.#channels.includes(name)) {
      return (object) => this.#isOn(name, object);
    }
    const own = this.objectOf(name);
    return own === undefined ? undefined : (object) => object === own && this.#isOn(standardChannel, object);
  }

  #isOn(channel: string, object: string): boolean {
    const entity = changeEventName(object);
    return this.#members.some((member) => member.eventChannel === channel && member.selectedEntity === entity);
  }

  #save(): void {
    this.#org.documents.save('channelMembers', { members: this.#members, channels: this.#channels });
  }
}

const invalid = (message: string) => new SalesforceFault(400, 'INVALID_INPUT', message);
