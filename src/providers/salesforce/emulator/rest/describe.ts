import type { Answer, Call } from '../server/call.ts';
import { notFound } from '../server/call.ts';
import type { World } from '../world.ts';
import { checkConditions, validatorHeaders } from './conditional.ts';
import { queryOptions } from './query.ts';

export interface FieldDescribe {
  name: string;
  type: string;
  label: string;
  relationshipName: string | null;
  referenceTo: string[];
  createable: boolean;
  externalId: boolean;
  unique: boolean;
  nillable: boolean;
  /** Characters. */
  length: number;
  precision: number;
  scale: number;
  picklistValues: { value: string; label: string; defaultValue: boolean }[];
  restrictedPicklist: boolean;
  soapType: string;
}

export interface ObjectDescribe {
  name: string;
  keyPrefix: string | null;
  fields: FieldDescribe[];
  childRelationships: { childSObject: string; field: string; relationshipName: string | null }[];
}

/** Canonical name of a path's object. Throws NOT_FOUND. */
export function objectOf(call: Call, world: World, name = call.params.object!): string {
  const canonical = world.org.schema.objectName(String(name));
  if (canonical === undefined) throw notFound();
  return canonical;
}

export function loadDescribe(call: Call, world: World, object: string): ObjectDescribe {
  return world.org.schema.describe(object, call.session!.userId, call.version) as ObjectDescribe;
}

export function describeGlobal(call: Call, world: World): Answer {
  const validators = { modifiedAt: world.org.schema.changedAt() };
  return (
    checkConditions(call, validators) ?? {
      status: 200,
      headers: validatorHeaders(validators),
      json: world.org.schema.describeGlobal(call.session!.userId, call.version),
    }
  );
}

export function describeObject(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  const validators = { modifiedAt: world.org.schema.changedAt(object) };
  return (
    checkConditions(call, validators) ?? {
      status: 200,
      headers: validatorHeaders(validators),
      json: loadDescribe(call, world, object),
    }
  );
}

/** `GET /sobjects/X`: the entry of the global describe and what this user looked at lately. */
export function showObject(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  const global = world.org.schema.describeGlobal(call.session!.userId, call.version) as {
    sobjects: { name: string }[];
  };
  const recent = world.org.query(`SELECT Id FROM ${object} ORDER BY Id DESC LIMIT 5`, queryOptions(call)).read(0, 5);
  return {
    status: 200,
    json: { objectDescribe: global.sobjects.find(({ name }) => name === object), recentItems: recent },
  };
}
