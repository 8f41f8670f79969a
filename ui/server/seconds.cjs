/** Reads a setting in seconds from the environment. @throws when it is not a number, or negative. */
"use strict";

exports.seconds = function seconds(name, fallback) {
  const value = Number(process.env[name] || fallback);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} must be a number of seconds`);
  return value;
};
