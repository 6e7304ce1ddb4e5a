/** Asks for a share's PIN. It goes sealed to the machine that shares, never to Culvert's server. */
import { Button, PasswordInput } from "@mantine/core";
import { type FormEvent, type ReactElement, useState } from "react";

/** `wrong`: what the machine said of the PIN before. */
export function PinForm({ wrong, onPin }: { wrong: string | undefined; onPin(pin: string): void }): ReactElement {
  const [pin, setPin] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (pin.trim() !== "") onPin(pin.trim());
  };
  return (
    <form className="pin-form" onSubmit={submit}>
      <PasswordInput
        label="PIN"
        description="You got it with the link, perhaps by another way."
        autoFocus
        autoComplete="off"
        maxLength={64}
        value={pin}
        error={wrong}
        onChange={(event) => setPin(event.currentTarget.value)}
      />
      <Button type="submit" disabled={pin.trim() === ""}>
        Open
      </Button>
    </form>
  );
}
