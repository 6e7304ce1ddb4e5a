/**
 * Asks what an app asks by HTTP Basic, as a browser would: no browser asks for an app that is served by a worker. What is typed
 * goes sealed to the app's machine.
 */
import type { AppSignInQuestion, SignInAnswer } from "@culvert/browser-client";
import { Button, Modal, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, type ReactElement, useState } from "react";
import "./sign-in-dialog.css";

/** `label`: the machine that the app runs on. */
interface SignInDialogProps {
  readonly question: AppSignInQuestion | undefined;
  readonly serviceName: string;
  readonly label: string;
  onAnswer(questionId: number, answer: SignInAnswer | undefined): void;
}

/** Nothing while the app asks nothing. */
export function SignInDialog({ question, ...rest }: SignInDialogProps): ReactElement | null {
  if (question === undefined) return null;
  // A question begins with empty fields.
  return <Question key={question.questionId} question={question} {...rest} />;
}

function Question({
  question,
  serviceName,
  label,
  onAnswer,
}: SignInDialogProps & { readonly question: AppSignInQuestion }): ReactElement {
  const [userName, setUserName] = useState("");
  const [password, setPassword] = useState("");
  const { questionId, realm, isRejected } = question;
  // RFC 7617 §2: what stands before the colon has none.
  const hasColon = userName.includes(":");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!hasColon) onAnswer(questionId, { userName, password });
  };
  return (
    <Modal
      opened
      onClose={() => onAnswer(questionId, undefined)}
      closeOnClickOutside={false}
      size={400}
      title={`Sign in to ${serviceName}`}
      closeButtonProps={{ "aria-label": "Cancel" }}
    >
      <form className="app-sign-in" onSubmit={submit} autoComplete="off">
        <p>
          The app on {label} asks who you are
          {realm !== "" && (
            <>
              {" "}
              for <q>{realm}</q>
            </>
          )}
          . What you type goes sealed to that machine, never to Culvert’s server.
        </p>
        {isRejected && (
          <p className="app-sign-in-wrong" role="alert">
            The app did not accept that user name and password.
          </p>
        )}
        <TextInput
          label="User name"
          data-autofocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={1024}
          value={userName}
          error={hasColon ? "A user name has no colon." : undefined}
          onChange={(event) => setUserName(event.currentTarget.value)}
        />
        {/* Never what the browser keeps for Culvert's own account, which is of the same origin. */}
        <PasswordInput
          label="Password"
          autoComplete="new-password"
          maxLength={1024}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <div className="app-sign-in-actions">
          <Button variant="default" onClick={() => onAnswer(questionId, undefined)}>
            Cancel
          </Button>
          <Button type="submit" disabled={hasColon}>
            Sign in
          </Button>
        </div>
      </form>
    </Modal>
  );
}
