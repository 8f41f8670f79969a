import type { Metadata } from "next";
import { AuthForm } from "@/features/auth/components/auth-form";
import { AuthPage } from "@/features/auth/components/auth-page";

export const metadata: Metadata = { title: "Create account" };

export default function RegisterPage() {
  return (
    <AuthPage>
      <AuthForm mode="register" />
    </AuthPage>
  );
}
