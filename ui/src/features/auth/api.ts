/**
 * Signing in, signing up and out.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { clearToasts } from "@/components/toast/toast-store";
import { api, unwrap } from "@/lib/api/client";
import type { Credentials, Registration } from "@/lib/api/types";
import { endSession, startSession } from "@/lib/session";
import { clearDrafts } from "@/lib/use-draft";

export function useSignIn() {
  return useMutation({
    mutationFn: (body: Credentials) => unwrap(api.POST("/api/v1/auth/login", { body })),
    onSuccess: startSession,
  });
}

export function useRegister() {
  return useMutation({
    mutationFn: (body: Registration) => unwrap(api.POST("/api/v1/auth/register", { body })),
    onSuccess: startSession,
  });
}

export function useSignOut() {
  const queryClient = useQueryClient();
  return () => {
    clearDrafts();
    clearToasts();
    endSession("signed-out");
    queryClient.clear();
  };
}
