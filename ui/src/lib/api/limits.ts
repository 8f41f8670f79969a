/** The API's limits in characters or items. Generated from api/openapi.json: `npm run api:types`. */
export const LIMITS = {
  title: 200,
  notes: 10000,
  tags: 20,
  tag: 40,
  search: 200,
  bulk: 100,
  message: 4000,
  name: 80,
  password: 128,
  shortestPassword: 8,
} as const;
