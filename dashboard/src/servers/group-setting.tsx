/** The group of a server: a word by which the list is grouped and searched; groups that there are already are offered. */
import type { ServerView } from "@culvert/protocol/signaling";
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useId, useState } from "react";
import { groupServer, serversQuery } from "../api/servers.ts";
import { useChange } from "../changes/use-change.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";

interface Grouping {
  /** Empty: none. */
  readonly group: string;
  /** The group before. */
  readonly was: string;
}

/** The setting. */
export function GroupSetting({ server }: { server: ServerView }): ReactElement {
  const { serverId, label } = server;
  const was = server.group ?? "";
  const [group, setGroup] = useState(was);
  const listId = useId();
  const servers = useQuery(serversQuery).data ?? [];
  const known = [...new Set(servers.flatMap((each) => each.group ?? []))].sort();
  const grouping = useChange<readonly ServerView[], Grouping>({
    queryKey: serversQuery.queryKey,
    send: (wish) => groupServer(serverId, wish.group),
    apply: (all, wish) => all.map((each) => (each.serverId === serverId ? inGroup(each, wish.group) : each)),
    notice: (wish, change) => ({
      text: wish.group === "" ? `${label} is in no group now.` : `${label} is in the group ${wish.group} now.`,
      undo: () => {
        setGroup(wish.was);
        return change({ group: wish.was, was: wish.group });
      },
    }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    grouping.mutate({ group: group.trim(), was });
  };
  return (
    <form className="panel-form" onSubmit={submit}>
      <TextInput
        label="Group"
        description="The list can be grouped by it: a place, a team, a kind of machine."
        maxLength={32}
        list={listId}
        value={group}
        onChange={(event) => setGroup(event.currentTarget.value)}
      />
      <datalist id={listId}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {grouping.error !== null && <TroubleNote trouble={troubleFrom(grouping.error)} />}
      <div className="panel-actions">
        <Button type="submit" variant="default" size="xs" loading={grouping.isPending} disabled={group.trim() === was}>
          Set the group
        </Button>
      </div>
    </form>
  );
}

function inGroup({ group: _, ...server }: ServerView, group: string): ServerView {
  return group === "" ? server : { ...server, group };
}
