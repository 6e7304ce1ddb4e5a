/** Which events: of which kind, by whom, with what in them; and the same as a file. */
import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { ActivityFilter } from "../api/audit.ts";
import { membersQuery } from "../api/members.ts";
import { activityKinds } from "../words/activity.ts";
import { ExportButton } from "./export-button.tsx";

interface ActivityFiltersProps {
  readonly filter: ActivityFilter;
  onChange(filter: ActivityFilter): void;
}

/** The row above the list. */
export function ActivityFilters({ filter, onChange }: ActivityFiltersProps): ReactElement {
  const { data: members = [] } = useQuery(membersQuery);
  return (
    <div className="activity-filter">
      <select
        className="role-choice"
        aria-label="Which events"
        value={filter.actions}
        onChange={(event) => onChange({ ...filter, actions: event.currentTarget.value })}
      >
        {activityKinds.map((kind) => (
          <option key={kind.label} value={kind.actions}>
            {kind.label}
          </option>
        ))}
      </select>
      <select
        className="role-choice"
        aria-label="Whose events"
        value={filter.memberId}
        onChange={(event) => onChange({ ...filter, memberId: event.currentTarget.value })}
      >
        <option value="">By anybody</option>
        {members.map(({ memberId, name }) => (
          <option key={memberId} value={memberId}>
            By {name}
          </option>
        ))}
      </select>
      <TextInput
        type="search"
        size="xs"
        aria-label="Search the activity"
        placeholder="Search people, names, addresses"
        leftSection={<IconSearch size={14} />}
        maxLength={64}
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.currentTarget.value })}
      />
      <ExportButton filter={filter} />
    </div>
  );
}
