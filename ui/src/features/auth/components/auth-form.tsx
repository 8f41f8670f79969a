"use client";

/**
 * The form of the login and of the register page. They differ in one field and in the endpoint they call.
 */
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { type FormEvent, useEffect, useState } from "react";
import { Button } from "@/components/button";
import { RequestId } from "@/components/technical-details";
import { TextField } from "@/components/text-field";
import { asApiError } from "@/lib/api/errors";
import { LIMITS } from "@/lib/api/limits";
import { useSession } from "@/lib/session";
import { useRegister, useSignIn } from "../api";
import { safeReturnPath } from "../return-path";

const TEXTS = {
  login: {
    title: "Welcome back",
    submit: "Sign in",
    busy: "Signing in…",
    other: "New here?",
    link: "Create an account",
    path: "/register",
  },
  register: {
    title: "Create your account",
    submit: "Create account",
    busy: "Creating account…",
    other: "Already registered?",
    link: "Sign in",
    path: "/login",
  },
};

export function AuthForm({ mode }: { mode: keyof typeof TEXTS }) {
  const texts = TEXTS[mode];
  const search = useSearchParams();
  const signIn = useSignIn();
  const register = useRegister();
  const [fields, setFields] = useState({ name: "", email: "", password: "" });
  const submission = mode === "login" ? signIn : register;
  const error = submission.error ? asApiError(submission.error) : null;
  useLeaveWhenSignedIn(search.get("next"));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const email = fields.email.trim();
    if (mode === "login") signIn.mutate({ email, password: fields.password });
    else register.mutate({ email, password: fields.password, name: fields.name.trim() || undefined });
  };
  const bind = (name: keyof typeof fields) => ({
    name,
    value: fields[name],
    onChange: (event: { target: { value: string } }) => setFields({ ...fields, [name]: event.target.value }),
    error: error?.fields[name],
  });

  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <h1 className="font-semibold text-xl tracking-tight">{texts.title}</h1>
      {search.get("reason") === "expired" && mode === "login" && <ExpiredNote />}
      {error && <FormError message={error.message} requestId={error.requestId} />}
      {mode === "register" && (
        <TextField
          label="Name"
          autoComplete="name"
          maxLength={LIMITS.name}
          hint="Optional"
          {...bind("name")}
        />
      )}
      <TextField label="Email" type="email" autoComplete="email" required autoFocus {...bind("email")} />
      <TextField
        label="Password"
        type="password"
        required
        autoComplete={mode === "login" ? "current-password" : "new-password"}
        minLength={mode === "login" ? undefined : LIMITS.shortestPassword}
        maxLength={LIMITS.password}
        hint={mode === "login" ? undefined : `At least ${LIMITS.shortestPassword} characters`}
        {...bind("password")}
      />
      <Button
        look="primary"
        type="submit"
        disabled={submission.isPending}
        className="w-full py-2.5 text-base"
      >
        {submission.isPending ? texts.busy : texts.submit}
      </Button>
      <p className="text-center text-sm text-soft">
        {texts.other}{" "}
        <Link
          href={`${texts.path}${search.size ? `?${search}` : ""}`}
          className="font-medium text-accent underline-offset-4 hover:underline"
        >
          {texts.link}
        </Link>
      </p>
    </form>
  );
}

function useLeaveWhenSignedIn(next: string | null) {
  const session = useSession();
  const router = useRouter();
  useEffect(() => {
    if (session) router.replace(safeReturnPath(next));
  }, [session, router, next]);
}

function ExpiredNote() {
  return (
    <p role="status" className="rounded-lg bg-warning-soft px-3 py-2.5 text-sm">
      Your session has expired. Sign in to continue where you were; what you typed is still there.
    </p>
  );
}

function FormError({ message, requestId }: { message: string; requestId?: string }) {
  return (
    <div role="alert" className="rounded-lg bg-danger-soft px-3 py-2.5 text-sm">
      <p>{message}</p>
      {/* A mistyped password needs no request id. */}
      <RequestId id={requestId} />
    </div>
  );
}
