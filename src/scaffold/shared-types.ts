/** The part of the generated types that is the same for every manifest: envelopes and entries of webhook messages. */
export const sharedTypes = `/** A value as JSON carries it. Dates are ISO 8601 text. */
export type FieldValue = string | number | boolean | null | FieldValue[] | { [name: string]: FieldValue };

export interface AnyFields {
  [name: string]: FieldValue | undefined;
}

export interface Envelope {
  projectId: string;
  provider: string;
  /** Your customer. */
  groupRef: string;
  groupName?: string;
  consumerRef?: string;
  consumerName?: string;
  installationId: string;
  installationUpdateTime: string;
}

export interface ResultInfo {
  /** \`url\`: the result is too large for a message; fetch \`downloadUrl\` within 15 minutes. */
  type: 'inline' | 'url';
  numRecords: number;
  downloadUrl?: string;
}

export interface ReadMessage<ObjectName extends string, Fields, MappedFields> extends Envelope {
  action: 'read';
  readType: 'backfill' | 'scheduled' | 'triggered';
  operationId: string;
  operationTime: string;
  /** Salesforce: the org's subdomain. */
  workspace?: string;
  objectName: ObjectName;
  /** The provider's own name of the object. */
  rawObjectName?: string;
  resultInfo: ResultInfo;
  /** Absent when \`resultInfo.type\` is \`url\`. */
  result?: (RecordEntry<Fields, MappedFields> | DeletedEntry)[];
}

export interface RecordEntry<Fields, MappedFields> {
  deleted?: undefined;
  fields: Fields;
  mappedFields: MappedFields;
  /** The record as the provider returned it. */
  raw: AnyFields;
}

/** A record that is gone. */
export interface DeletedEntry {
  deleted: true;
  id: string;
  fields: { id: string };
  mappedFields: Record<string, never>;
  raw: AnyFields;
}

export interface SubscribeMessage<ObjectName extends string, Fields, MappedFields> extends Envelope {
  action: 'subscribe';
  operationTime: string;
  workspace?: string;
  objectName: ObjectName;
  rawObjectName?: string;
  resultInfo: ResultInfo;
  result?: EventEntry<Fields, MappedFields>[];
}

export interface EventEntry<Fields, MappedFields> {
  subscribeEventType: 'create' | 'update' | 'delete' | 'associationUpdate' | 'other';
  /** The provider's own word, such as \`UNDELETE\`. */
  providerEventType: string;
  /** Flattened names of what changed; on updates. */
  fieldsUpdated?: string[];
  /** On deletes. */
  id?: string;
  /** Deleted or hidden records carry only what the event carried. */
  fields: Partial<Fields>;
  mappedFields: Partial<MappedFields>;
  raw: AnyFields;
  rawEvent: AnyFields;
}

export interface SchemaMessage<ObjectName extends string, Kind extends keyof SchemaChanges> extends Envelope {
  action: 'schema.watch';
  objectName: ObjectName;
  result: Partial<Pick<SchemaChanges, Kind>>;
}

export interface SchemaChanges {
  createdFields: FieldMetadata[];
  deletedFields: (FieldMetadata & {
    /** \`hidden\`: still there, but not for the connected user. Absent: the org does not tell. */
    reason?: 'deleted' | 'hidden';
  })[];
  changedFields: { oldSchema: FieldMetadata; newSchema: FieldMetadata }[];
}

export interface FieldMetadata {
  fieldName: string;
  displayName: string;
  valueType:
    | 'string'
    | 'boolean'
    | 'singleSelect'
    | 'multiSelect'
    | 'date'
    | 'datetime'
    | 'int'
    | 'float'
    | 'reference'
    | 'other';
  providerType: string;
  readOnly?: boolean;
  isCustom?: boolean;
  isRequired?: boolean;
  referenceTo?: string[];
  values?: { value: string; displayValue: string }[];
  /** Help text. */
  description?: string;
  /** The values are too many for a message. */
  valuesOmitted?: true;
}
`;
