import "fake-indexeddb/auto";
import { configure } from "@testing-library/dom";

// `findBy…` and `waitFor` give up after 1 s by default, which a busy machine may need.
configure({ asyncUtilTimeout: 10_000 });
