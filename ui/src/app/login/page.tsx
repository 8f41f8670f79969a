import type { Metadata } from "next";
import { AuthForm } from "@/features/auth/components/auth-form";
import { AuthPage } from "@/features/auth/components/auth-page";

export const metadata: Metadata = { title: "Sign in" };

export default function LoginPage() {
  return (
    <AuthPage>
      <AuthForm mode="login" />
    </AuthPage>
  );
}
