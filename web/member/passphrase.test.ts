import { dictionary } from "@zxcvbn-ts/language-common";
import { expect, test } from "vitest";
import { drawnPassphrase, weaknessOf } from "./passphrase";

const common = new Set(dictionary["passwords-common"]);
const weak = (passphrase: string, label = "Handler-1"): string | null =>
  weaknessOf(passphrase, label, common);

test("six words are drawn, never the same twice", () => {
  const many = Array.from({ length: 50 }, () => drawnPassphrase());
  for (const words of many) {
    expect(words).toHaveLength(6);
    for (const word of words) expect(word).toMatch(/^[a-z]{3,8}$/);
    expect(weak(words.join(" "))).toBeNull();
  }
  expect(new Set(many.map((words) => words.join(" "))).size).toBe(50);
});

test("a passphrase of one's own is long", () => {
  expect(weak("x7Kp!vQ2m#Lw9")).toBe("short");
  expect(weak("x7Kp!vQ2m#Lw9z")).toBeNull();
  // Characters count, not code units.
  expect(weak("🦔🦉🦊🐿️🦡🦫")).toBe("short");
});

test("what everybody tries is refused, however it is dressed up", () => {
  for (const one of [
    "passwordpassword",
    "Password-Password",
    "qwerty123456789",
    "P.a.s.s.w.o.r.d.1.2.3.4.5.6",
    "dragon monkey football",
    "letmein letmein 2026",
    "1qaz2wsx3edc4rfv",
  ]) {
    expect(weak(one), one).toBe("common");
  }
});

test("a few characters over and over are refused", () => {
  expect(weak("aaaaaaaaaaaaaaaaaaaa")).toBe("simple");
  expect(weak("abcabcabcabcabcabc")).toBe("simple");
  expect(weak("................!!!!")).toBe("simple");
});

test("the label is no passphrase", () => {
  expect(weak("Handler-1 Handler-1")).toBe("label");
  expect(weak("handler1handler1!", "Handler-1")).toBe("label");
  expect(weak("BCU-North-Sergeant", "bcu north sergeant")).toBe("label");
});

test("sentences of one's own will do", () => {
  for (const one of [
    "the ferry left without my umbrella again",
    "Nana's blue kettle whistles at 6",
    "correct horse battery staple zebra",
    "ystafell wely goch a chath dew",
  ]) {
    expect(weak(one), one).toBeNull();
  }
});
