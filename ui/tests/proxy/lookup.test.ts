import { expect, it } from "vitest";
import { rememberingLookup } from "@/lib/proxy/lookup";

const address = (last: number) => [{ address: `10.0.0.${last}`, family: 4 }];

/** A lookup whose DNS gives these answers in turn, and what the caller of the lookup gets. */
function withDns(...answers: Array<() => Promise<Array<{ address: string; family: number }>>>) {
  let asked = 0;
  const lookup = rememberingLookup(() => {
    const answer = answers[asked];
    asked += 1;
    return answer ? answer() : Promise.reject(new Error("asked too often"));
  });
  const resolve = () =>
    new Promise((done, failed) => {
      lookup("backend-service", { all: true }, (error, found) => (error ? failed(error) : done(found)));
    });
  return { lookup, resolve, asked: () => asked };
}

const works = (last: number) => () => Promise.resolve(address(last));
const fails = () => Promise.reject(Object.assign(new Error("no DNS"), { code: "EAI_AGAIN" }));
const hangs = () => new Promise<never>(() => undefined);

it("fails with DNS as long as nothing is known, and asks again", async () => {
  const { resolve } = withDns(fails, works(1));
  await expect(resolve()).rejects.toThrow("no DNS");
  expect(await resolve()).toEqual(address(1));
});

it("uses the last answer while DNS fails or hangs, with one question under way", async () => {
  const { resolve, asked } = withDns(works(1), fails, hangs);
  for (let time = 0; time < 6; time += 1) expect(await resolve()).toEqual(address(1));
  expect(asked()).toBe(3);
});

it("learns a new address", async () => {
  const { resolve } = withDns(works(1), works(2), works(2));
  await resolve();
  await resolve();
  expect(await resolve()).toEqual(address(2));
});

it("answers with one address who asks for one", async () => {
  const { lookup } = withDns(works(1));
  const found = await new Promise((done) => {
    lookup("backend-service", {}, (_error, one, family) => done([one, family]));
  });
  expect(found).toEqual(["10.0.0.1", 4]);
});
