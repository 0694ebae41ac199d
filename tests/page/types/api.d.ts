// Made from node/openapi.json by `npm run types` in tests/page; not to be changed by hand.

export interface paths {
    "/api/v1/admin/arrival": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists people whom other offices have let go to this one. */
        get: operations["arrivals"];
        put?: never;
        /** Takes the file of somebody who was let go to this office; they are taken in by `receive` then. */
        post: operations["take_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says how long a backup will be. */
        get: operations["plan_backup"];
        /** Takes note that a backup of everything is whole and durable, wherever it lies. */
        put: operations["confirm_backup"];
        /**
         * Makes a backup of all that this office has, sealed to a key, while it goes on working.
         * @description A file that was broken off is no backup: its end is missing. Whoever has it durably says so by `PUT`.
         */
        post: operations["make_backup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/district": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a district file: whatever in it is newer, and none of it older. */
        post: operations["district"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the open invitations, without their codes. */
        get: operations["invitations"];
        put?: never;
        /** Invites somebody: promises a number and makes a code, which is shown this once. */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/invitation/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an invitation back. Where it was to give new keys, the old password opens again. */
        delete: operations["withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/office/{office}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gives the last entry of each log of an office that this node holds. */
        get: operations["ends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the people of this office. */
        get: operations["people"];
        put?: never;
        /** Enrols a person of this office. */
        post: operations["add_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Gives a person another name, position or unit. */
        patch: operations["set"];
        trace?: never;
    };
    "/api/v1/admin/person/{person}/deputy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Names who stands in for a person of this office. */
        post: operations["name_deputy"];
        /** Says that nobody stands in for a person of this office any more. */
        delete: operations["end_deputy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person/{person}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets a person go: they cannot log in or write any more, and every office hears of it. With a time to come it is done then.
         * @description It is no revocation: that is the authority's.
         */
        post: operations["dismiss"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person/{person}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a person go to another office: their closed vault and their direct messages go after them, and their account here ends. */
        post: operations["release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person/{person}/receive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes in a person whom their office has let go to this one: same number, same keys, old password. */
        post: operations["receive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person/{person}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Locks a person's account and makes a code by which they come to new keys.
         * @description Their sessions end. Direct messages that were sealed to the old key cannot be read any more; what departments wrote stays.
         */
        post: operations["reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person/{person}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a dismissal back. */
        post: operations["restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person/{person}/right/it": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a person the right to see the state of the node. */
        put: operations["add_right"];
        post?: never;
        /** Takes that right away. */
        delete: operations["remove_right"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person/{person}/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists a person's sessions. */
        get: operations["sessions"];
        put?: never;
        post?: never;
        /** Ends all of a person's sessions at once, and their streams. */
        delete: operations["end_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/person/{person}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the file with which somebody who was let go comes to their new office.
         * @description It is sealed to that office, and can be made again until the person has been taken in.
         */
        post: operations["transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/ping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks an office over its link whether it is there.
         * @description The answer comes when the office's does, or after `wait_ms`; without a link it comes at once.
         */
        post: operations["ping"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/role": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Founds a role of this office; it has no holder yet, and keeps what is written to it. */
        post: operations["add_role"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/role/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Closes a role: nobody writes to it any more; its number and its mail stay. */
        delete: operations["close_role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/role/{role}/holder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a person of this office the duty of a role; what was said of their terms that overlap is replaced. */
        post: operations["assign_role"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/role/{role}/holder/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes the duty of a role from a person, now and for all days that were planned. */
        delete: operations["dismiss_from_role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says by which certificate the page is shown, and gives the request for another. */
        get: operations["certificate"];
        put?: never;
        /**
         * Takes the certificate that the authority issued for this office, and shows the page under it at once.
         * @description It is tried out as a browser does; what a browser would refuse is not taken, and the one before stays.
         */
        post: operations["take"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a part of the journal of administration, oldest act first. */
        get: operations["acts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/act/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one act. */
        get: operations["show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Looks at the entries of this office's logs for the district, and names the first broken place of each. */
        get: operations["check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives all acts with the whole of the logs that they stand in, as a file that `okrug verify` checks anywhere. */
        post: operations["journal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Works out what other offices lack, and how long the file will be.
         * @description The bundle can be fetched until the node stops or has made sixteen others.
         */
        post: operations["make_bundle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bundle/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a bundle: what is whole in it passes the gates that it passes when a neighbour brings it.
         * @description Taken twice, it changes nothing. With `look`, nothing is taken, and all of it is read and checked.
         */
        post: operations["take_bundle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bundle/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gives the file of a bundle, from its beginning or from a frame on: a file that was half written is finished so. */
        get: operations["fetch_bundle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the conversations. */
        get: operations["chats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat/{chat}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a message or a part of a conversation as a file that `okrug verify` checks anywhere.
         * @description The text of a direct message is shown by one of its two sides only.
         */
        get: operations["evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat/{chat}/message": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a part of a conversation, oldest message first. */
        get: operations["history"];
        put?: never;
        /** Says something; it is on this office's disk when the answer comes. */
        post: operations["post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deputy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Names who stands in for whoever asks. */
        post: operations["name_own_deputy"];
        /** Says that nobody stands in for whoever asks any more. */
        delete: operations["end_own_deputy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes an account of a code, and logs in.
         * @description The code is used up by success alone. Wrong codes are slowed down like wrong passwords.
         */
        post: operations["enrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Streams events.
         * @description Each has the number to resume after as its `id`, and the stream begins with one; `Last-Event-ID` brings
         *     exactly the missed messages, or one `reset` when there were too many and `whole` does not ask for all. A comment comes every 20 seconds when nothing else does.
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/message/{id}/trace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the movement of a message: by what it came, which office has it since when, and why it waits. */
        get: operations["trace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the signed documents that are in force here, and how old they are. */
        get: operations["documents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the links and the delays of messages as a picture, or as the numbers that are in it. */
        get: operations["graph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the node's state, to people and to the administrator. */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/org/tree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the tree, to people and to the administrator. */
        get: operations["tree"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes one's own password; one's other sessions end. */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/person/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a person by their record, with the fingerprint of their keys. */
        get: operations["person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the rules of the district, what is held, and what this node has erased by them. */
        get: operations["policy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remembers how far a conversation was read. */
        post: operations["read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/role": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the roles of the district, and what this office has closed of its own. */
        get: operations["roles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/role/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one role. */
        get: operations["role"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says who is logged in. */
        get: operations["who"];
        put?: never;
        /**
         * Logs in.
         * @description The token is a new one whatever cookie came along, and the session of that cookie ends: a token that
         *     somebody planted in a browser never becomes a session.
         */
        post: operations["login"];
        /** Logs out: the keys are wiped, the streams end, the cookie is taken back. */
        delete: operations["logout"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/own": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists one's own sessions. */
        get: operations["own"];
        put?: never;
        post?: never;
        /** Ends all of one's own sessions but the one that asks. */
        delete: operations["end_others"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/own/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of one's own sessions. */
        delete: operations["end_own"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Answers while the process lives. */
        get: operations["alive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Answers well when the store is open and the mesh listens. */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What came of a district file: the versions by now. */
        Accepted: {
            /** @description The versions. */
            documents: components["schemas"]["DocumentVersions"];
            /** @description Whether anything in it was newer than what was there. */
            newer: boolean;
        };
        /** @description What an act says. */
        Act: {
            /** @description About whom or what. */
            about: components["schemas"]["ActAbout"][];
            /** @description By whom. */
            by: components["schemas"]["ActBy"];
            /** @description What, such as `person.add`. */
            deed: string;
            /** @description More of it. */
            note: string;
            /** @description What came of it. */
            outcome: components["schemas"]["ActOutcome"];
            /** @description Why it was refused. */
            refused: string | null;
            /** Format: date-time */
            time: string;
        };
        /** @description About whom or what. */
        ActAbout: {
            /** @description Its number or name. */
            id: string;
            /** @description `person`, `login`, `office`, `unit`, `group`, `entry`, or the kind of a document. */
            kind: string;
        };
        /** @description Who did it, as far as it is known. */
        ActBy: {
            /** @enum {string} */
            kind: "node";
        } | {
            /** @enum {string} */
            kind: "token";
            /** @description That user's name. */
            name?: string | null;
            /**
             * Format: int32
             * @description The user of the machine whose program asked.
             */
            uid?: number | null;
        } | {
            /** @enum {string} */
            kind: "person";
            person: string;
        };
        /**
         * @description What came of an act.
         * @enum {string}
         */
        ActOutcome: "done" | "refused" | "unknown";
        /** @description One act of an administrator. */
        ActView: {
            act: components["schemas"]["Act"] | null;
            /** @description A place in a conversation; not to be taken apart. */
            cursor: string;
            id: string;
            /** Format: date-time */
            written: string;
        };
        /** @description A part of the journal. */
        Acts: {
            /** @description Oldest first. */
            acts: components["schemas"]["ActView"][];
            /** @description A place in a conversation; not to be taken apart. */
            before?: string | null;
        };
        /** @description For whom a person may speak now. */
        ActsFor: {
            id: string;
            /** @description The role's title or the person's name. */
            name: string;
            /** Format: date-time */
            until?: string | null;
        };
        /** @description Something that should not be; the node goes on. */
        AlarmStatus: {
            /** @description What it is about, in English as in the log. */
            about: string;
            /** @description A stable name, such as `document_conflict`. */
            code: string;
        };
        /** @description Somebody on the way to this office. */
        Arrival: {
            from: string;
            /** @description Its name. */
            from_name: string;
            id: string;
            /** @description The login that they had; null while their keys are still on the way. */
            login: string | null;
            /** @description Name. */
            name: string;
            /** @description The position that they had. */
            position: string;
        };
        /** @description People on the way to this office. */
        Arrivals: {
            /** @description By number. */
            arrivals: components["schemas"]["Arrival"][];
        };
        /** @description Whether the journal is whole. */
        AuditReport: {
            /** @description The logs that were looked at, in the order of logs. */
            logs: components["schemas"]["AuditedLog"][];
            /** @description Acts begun that have no entry yet. */
            unended: number;
        };
        /** @description One log of the office for the district, looked at entry by entry. */
        AuditedLog: {
            /**
             * Format: int64
             * @description Acts among those.
             */
            acts: number;
            broken: components["schemas"]["Broken"] | null;
            /**
             * Format: int64
             * @description Entries of the log; all from `first` on were looked at.
             */
            entries: number;
            /**
             * Format: int64
             * @description The first entry that was looked at; one more than `entries` when none was.
             */
            first?: number;
            /**
             * Format: int64
             * @description How far other offices hold the log.
             */
            held_elsewhere: number;
            /**
             * Format: int32
             * @description Which life of the office's store.
             */
            incarnation: number;
            office: string;
            /**
             * Format: int64
             * @description Acts that this node's secret opens.
             */
            opened: number;
            /** @description How soon it travels. */
            precedence: string;
        };
        /** @description Who said it. */
        Author: {
            id: string;
            /** @description Name, by the person's own record. */
            name: string;
            office: string;
            /** @description Name of the office, by the directory. */
            office_name: string;
            /** @description Position. */
            position: string;
        };
        /** @description How long a backup will be. */
        BackupPlan: {
            /**
             * Format: int64
             * @description About how many bytes the file will have.
             */
            bytes: number;
            /**
             * Format: int64
             * @description The same of the keys alone.
             */
            keys_bytes: number;
            /**
             * Format: int64
             * @description Rows of the store.
             */
            rows: number;
            /** @description The short name of the office. */
            slug: string;
        };
        /** @description A backup that is whole and durable, wherever it lies. */
        BackupStatus: {
            /**
             * Format: int64
             * @description How old it is, in seconds.
             */
            age_s: number;
            /**
             * Format: int64
             * @description Its bytes.
             */
            bytes: number;
            /** Format: date-time */
            made: string;
        };
        /** @description Where a log is broken. */
        Broken: {
            /**
             * Format: int64
             * @description The place of the entry.
             */
            seq: number;
            /** @description `missing`, `unreadable`, `chain`, `signature`, `rule`, `act`, or `behind` when others hold more of it. */
            what: string;
        };
        /** @description Entries by precedence. */
        BundleCounts: {
            /**
             * Format: int64
             * @description Flash.
             */
            flash: number;
            /**
             * Format: int64
             * @description Routine.
             */
            routine: number;
            /**
             * Format: int64
             * @description Urgent.
             */
            urgent: number;
        };
        /** @description Entries of a log that did not come. */
        BundleGap: {
            from: string;
            /**
             * Format: int64
             * @description The place of the last.
             */
            to: number;
        };
        /**
         * @description What a bundle is for.
         * @enum {string}
         */
        BundlePurpose: "messages" | "receipts";
        /** @description What came of a bundle. */
        BundleReport: {
            /**
             * Format: int64
             * @description Entries that there should be.
             */
            claimed: number;
            /**
             * Format: int32
             * @description Frames that are damaged or cut off.
             */
            damaged_frames: number;
            /**
             * Format: int32
             * @description Records that were lost with them.
             */
            damaged_records: number;
            /**
             * Format: int32
             * @description Documents that came.
             */
            documents: number;
            /** @description Entries that came. */
            entries: components["schemas"]["BundleCounts"];
            /**
             * Format: int64
             * @description Of them, for other offices, and not kept here.
             */
            for_others: number;
            from?: string | null;
            /** @description Whether the node's disk took no more. */
            full: boolean;
            /** @description Which, as far as they are named. */
            gaps: components["schemas"]["BundleGap"][];
            /**
             * Format: int64
             * @description Of them, here already.
             */
            known: number;
            /**
             * Format: int64
             * @description Entries that found no room in it when it was made.
             */
            left_out: number;
            /** Format: date-time */
            made?: string | null;
            /**
             * Format: int64
             * @description Entries that were lost with them.
             */
            missing: number;
            /**
             * Format: int64
             * @description Of them, new here.
             */
            new: number;
            /**
             * Format: int32
             * @description Of them, newer than what was here.
             */
            newer_documents: number;
            purpose: components["schemas"]["BundlePurpose"] | null;
            /**
             * Format: int64
             * @description Logs of which its maker says how far it has them.
             */
            receipts: number;
            /**
             * Format: int64
             * @description Of them, not valid.
             */
            refused: number;
            /**
             * Format: int32
             * @description Of them, not to be believed.
             */
            refused_documents: number;
            to: string[];
            /** @description Whether that office's signature holds; false where the office, or its key of then, is not known here. */
            verified: boolean;
            /**
             * Format: int64
             * @description Of them, not taken because something before them is missing here.
             */
            waiting: number;
            /** @description Whether nothing of the file is missing. */
            whole: boolean;
        };
        /** @description How much is carried of one writer. */
        CarriedOffice: {
            /**
             * Format: int64
             * @description Bytes.
             */
            bytes: number;
            /** @description Its name. */
            name: string;
            office: string;
        };
        /** @description What a carrier holds of topics that it does not read: how much, of whom, since when. */
        CarriedStatus: {
            /**
             * Format: int64
             * @description Bytes that it carries.
             */
            bytes: number;
            /** @description Whether new entries wait at their writers, since nothing can be given up. */
            full: boolean;
            /**
             * Format: int64
             * @description Entries that were given up before all their readers had them; their writers are told.
             */
            given_up: number;
            /** Format: date-time */
            oldest?: string | null;
            /**
             * Format: int64
             * @description Bytes of entries that it carries at most (`mesh.carrier_quota`).
             */
            quota: number;
            /** @description What most of it is about. */
            topics: components["schemas"]["CarriedTopic"][];
            /** @description Those who wrote most of it. */
            writers: components["schemas"]["CarriedOffice"][];
        };
        /** @description How much is carried of one topic. */
        CarriedTopic: {
            /**
             * Format: int64
             * @description Bytes.
             */
            bytes: number;
            /** @description What people call it. */
            title: string;
        };
        /** @description A conversation in the list. */
        Chat: {
            /** @description Whether the person may write. */
            can_post: boolean;
            id: string;
            /** @description What it is about. */
            kind: components["schemas"]["ChatKind"];
            last: components["schemas"]["Last"] | null;
            /** @description Offices that read it. */
            offices: number;
            /** @description What people call it. */
            title: string;
            unopened?: components["schemas"]["Unopened"] | null;
            /** @description Messages of others that were not read yet, counted up to 100. */
            unread: number;
        };
        /**
         * @description What a conversation is about.
         * @enum {string}
         */
        ChatKind: "district" | "unit" | "group" | "person" | "role" | "desk";
        /** @description The conversations of a person. */
        Chats: {
            /** @description The one with the newest message first. */
            chats: components["schemas"]["Chat"][];
        };
        /** @description The machine's clock. */
        ClockStatus: {
            /** Format: date-time */
            now: string;
            /** @description Whether it was ever set. */
            plausible: boolean;
        };
        /** @description What an office still has to bring. */
        Coming: {
            /**
             * Format: int64
             * @description Their bytes, roughly.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Entries: messages, and what belongs to them.
             */
            entries: number;
            /**
             * Format: int64
             * @description Seconds that they take, roughly.
             */
            seconds: number;
        };
        /** @description How far a message has come. */
        Delivery: {
            /** @description In a word. */
            code: components["schemas"]["DeliveryCode"];
            /** @description Other reading offices that hold it, and have not said that they cannot open it. */
            delivered: number;
            /** @description Other offices that hold it. */
            held_by: number;
            /** @description Other reading offices in all. */
            of: number;
            /** @description Other reading offices that hold it and have said that they cannot open it: their key is destroyed or lost. */
            unopened?: number;
        };
        /**
         * @description How far a message has come, in a word.
         * @enum {string}
         */
        DeliveryCode: "queued" | "relayed" | "delivered";
        /** @description Who stands in for a person. */
        Deputy: {
            by: string;
            /** Format: date-time */
            from: string;
            /** @description Name. */
            name: string;
            /** @description Whether that is now. */
            now: boolean;
            /** Format: date-time */
            until: string;
        };
        /** @description From where a session began. */
        Device: {
            /** @description The program. */
            program: components["schemas"]["Program"];
            /** @description The system. */
            system: components["schemas"]["System"];
        };
        /** @description The disk under the store. */
        DiskStatus: {
            /**
             * Format: int64
             * @description Bytes that the node may still write.
             */
            free: number;
            /**
             * Format: int64
             * @description Bytes in all.
             */
            size: number;
        };
        /** @description Somebody leaves. */
        Dismissal: {
            /** Format: date-time */
            at?: string | null;
            /** @description Why; it stays in this office's journal of administration. */
            reason: string;
        };
        /** @description The district. */
        District: {
            /** @description How old what is known of it is. */
            freshness: components["schemas"]["Freshness"];
            /** @description Sixty-four hexadecimal digits. */
            id: string;
            /** @description Its name. */
            name: string;
            revocations: components["schemas"]["ListAge"] | null;
            /** @description Whether this office is revoked: it reads what it has, and nobody takes what it writes. */
            revoked: boolean;
            /** @description Whether this office is suspended: it reads what comes, and writes nothing until it is resumed. */
            suspended?: boolean;
        };
        /** @description Versions of the signed documents; 0 for none. */
        DocumentVersions: {
            /**
             * Format: int32
             * @description The bootstrap list.
             */
            bootstrap: number;
            /**
             * Format: int32
             * @description The chart.
             */
            chart: number;
            /**
             * Format: int32
             * @description The charter.
             */
            charter: number;
            /** @description Whether they are due for a refresh. */
            freshness: components["schemas"]["Freshness"];
            /** Format: date-time */
            refresh_by: string;
            /**
             * Format: int32
             * @description The revocations.
             */
            revocations: number;
        };
        /** @description Sessions that were ended. */
        Ended: {
            /** @description How many. */
            ended: number;
        };
        /** @description A code becomes an account. */
        Enrol: {
            /** @description From the slip, however it is typed. */
            code: components["schemas"]["Password"];
            /** @description The login that the person chooses; not needed by somebody who was here before. */
            login?: string;
            /** @description The password that the person chooses. */
            password: components["schemas"]["Password"];
            /** @description Whether to answer with a bearer token for a script instead of a cookie. */
            token?: boolean;
        };
        /** @description Something that a page wants to know. */
        Event: components["schemas"]["Message"] | components["schemas"]["MessageState"] | components["schemas"]["Chat"] | components["schemas"]["PeerChange"] | components["schemas"]["OrgVersion"] | null;
        /** @description A fingerprint to be read aloud. */
        Fingerprint: {
            /** @description The same in English words. */
            en: string;
            /** @description In Russian words. */
            ru: string;
        };
        /** @description For whom a message is said. */
        For: {
            id: string;
            /** @description The role's title or the person's name. */
            name: string;
            /** @description Whether who says it had the right to, at the time that was signed. */
            right: components["schemas"]["RightCode"];
        };
        /**
         * @description Whether the signed documents are due for a refresh.
         * @enum {string}
         */
        Freshness: "fresh" | "stale" | "overdue";
        /** @description The links, and what went over them hour by hour. */
        Graph: {
            /** @description All messages of this office by the hour in which they were written, and those of others by the hour in which they came. */
            all: components["schemas"]["GraphHour"][];
            /** Format: date-time */
            at: string;
            /**
             * Format: int32
             * @description The hours that are shown, at most 24; the last one is not over yet.
             */
            hours: number;
            /** @description The office that answers. */
            office: components["schemas"]["MyOffice"];
            /** @description The other offices, in the order of the directory. */
            offices: components["schemas"]["GraphOffice"][];
            /** Format: date-time */
            since: string;
        };
        /** @description What was said in one hour. */
        GraphHour: {
            /**
             * Format: int32
             * @description How many of them have arrived by now, as this office has heard.
             */
            delivered: number;
            /**
             * Format: int64
             * @description The longest that it took, in seconds.
             */
            longest_s: number | null;
            /**
             * Format: int64
             * @description Half of what arrived was known to have arrived within so many seconds.
             */
            median_s: number | null;
            /**
             * Format: int32
             * @description Messages that came here in it.
             */
            received: number;
            /**
             * Format: int32
             * @description Messages of this office that were written in it.
             */
            sent: number;
            /** Format: date-time */
            start: string;
        };
        /** @description Another office. */
        GraphOffice: {
            /** Format: date-time */
            heard?: string | null;
            /** @description The hours in which there was something. */
            hours: components["schemas"]["GraphHour"][];
            /** @description Its name. */
            name: string;
            office: string;
            /** @description What waits for it. */
            queue: components["schemas"]["Queue"];
            /**
             * Format: int32
             * @description The last measured round trip, in milliseconds.
             */
            rtt_ms: number | null;
            /** @description Its name in addresses. */
            slug: string;
            /** @description How it is heard of. */
            way: components["schemas"]["Way"];
            /** @description All hours together. */
            whole: components["schemas"]["GraphHour"];
        };
        /** @description How fast the data grow. */
        GrowthStatus: {
            /**
             * Format: int64
             * @description Bytes of the store and of the journal.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Bytes in a year, should it go on so.
             */
            in_a_year: number | null;
            /**
             * Format: int32
             * @description For how many days the district keeps the bodies of messages; null for ever.
             */
            kept_days: number | null;
            /**
             * Format: int64
             * @description Over how many seconds of running the growth was measured: those of the last thirty days at most.
             */
            measured_s: number;
            /**
             * Format: int64
             * @description Bytes a day; null before a day of running.
             */
            per_day: number | null;
            /**
             * Format: int64
             * @description What the district's quotas would come to in a year, were all offices to fill them every day.
             */
            quotas_in_a_year: number;
        };
        /** @description A topic of which nothing is erased. */
        HoldView: {
            /** @description What people call it. */
            name: string;
            /** @description Why. */
            reason: string;
            /** Format: date-time */
            since: string;
            topic: string;
        };
        /** @description A holder of a role. */
        Holder: {
            /** Format: date-time */
            from: string;
            /** @description Name. */
            name: string;
            /** @description Whether that is now. */
            now: boolean;
            person: string;
            /** Format: date-time */
            until?: string | null;
        };
        /** @description An invitation, without its code. */
        Invitation: {
            /** Format: date-time */
            ends: string;
            id: string;
            /** @description The login of somebody who was here before; null for a newcomer, who chooses one. */
            login: string | null;
            /** @description Name. */
            name: string;
            /** @description Position. */
            position: string;
            unit: string;
            /** @description Name of the unit. */
            unit_name: string;
        };
        /** @description Open invitations. */
        Invitations: {
            /** @description By number. */
            invitations: components["schemas"]["Invitation"][];
        };
        /** @description Somebody who is to come. */
        Invite: {
            /** @description Name. */
            name: string;
            /** @description Position. */
            position: string;
            /**
             * Format: int64
             * @description Seconds for which the code holds: a minute to thirty days, by default a day.
             */
            ttl_s?: number | null;
            unit: string;
        };
        /** @description An invitation that was made: its code is shown this once. */
        Invited: {
            /** @description Such as `7KQM-2XVD-9RTA`. */
            code: components["schemas"]["Password"];
            /** @description For whom. */
            invitation: components["schemas"]["Invitation"];
            /** @description The office's name. */
            office_name: string;
        };
        /** @description The last message of a conversation. */
        Last: {
            /** @description Name of who said it. */
            author: string;
            /** Format: date-time */
            sent: string;
            /** @description The beginning of its text. */
            text: string;
        };
        /**
         * @description How the link to an office stands.
         * @enum {string}
         */
        Link: "here" | "up" | "down";
        /**
         * @description What kind of link it is.
         * @enum {string}
         */
        LinkClass: "lan" | "wan" | "thin";
        /** @description How old a list of revocations is. */
        ListAge: {
            /**
             * Format: int64
             * @description Seconds since it was signed, by this machine's clock.
             */
            age_s: number;
            /** @description Whether a newer one is due. */
            freshness: components["schemas"]["Freshness"];
            /** Format: date-time */
            issued: string;
            /** Format: date-time */
            refresh_by: string;
            /**
             * Format: int32
             * @description Its version.
             */
            version: number;
        };
        /** @description The last entry of a log. */
        LogEnd: {
            /** @description Its identity: 64 hexadecimal digits. */
            id: string;
            last: string;
        };
        /** @description A request to begin a session. */
        Login: {
            /** @description The login. */
            login: string;
            /** @description The password. */
            password: components["schemas"]["Password"];
            /** @description Whether to answer with a bearer token for a script instead of a cookie. */
            token?: boolean;
        };
        /** @description A backup that is whole and durable. */
        MadeBackup: {
            /**
             * Format: int64
             * @description Its bytes.
             */
            bytes: number;
            /** Format: date-time */
            made: string;
        };
        /** @description A bundle that can be fetched. */
        MadeBundle: {
            /**
             * Format: int64
             * @description How long the file will be.
             */
            bytes: number;
            /**
             * Format: int32
             * @description Documents in it.
             */
            documents: number;
            /** @description Entries in it. */
            entries: components["schemas"]["BundleCounts"];
            /**
             * Format: int64
             * @description Their bytes.
             */
            entry_bytes: number;
            /** @description The name that the file is to have. */
            file: string;
            /**
             * Format: int64
             * @description How long a frame is.
             */
            frame_bytes: number;
            /**
             * Format: int32
             * @description How many there are.
             */
            frames: number;
            /**
             * Format: int64
             * @description What stands before the first frame.
             */
            head_bytes: number;
            /** @description Its name here. */
            id: string;
            /**
             * Format: int64
             * @description Entries that found no room.
             */
            left_out: number;
            to: string[];
            /** Format: date-time */
            valid_until?: string | null;
        };
        /** @description Who is logged in. */
        Me: {
            /** @description For whom they may speak now: roles whose duty they have, people in whose place they stand. */
            acts_for: components["schemas"]["ActsFor"][];
            /** @description What should not be, by stable names such as `data_moved`; the administrator's status says more. */
            alarms?: string[];
            /** @description The district. */
            district: components["schemas"]["District"];
            /** @description The office. */
            office: components["schemas"]["MyOffice"];
            /** @description The person. */
            person: components["schemas"]["Person"];
            /** @description What the person may do: `post`. */
            rights: string[];
        };
        /** @description A message. */
        Message: {
            /** @description Who said it. */
            author: components["schemas"]["Author"];
            chat: string;
            /** @description A place in a conversation; not to be taken apart. */
            cursor: string;
            /** @description How far it has come. */
            delivery: components["schemas"]["Delivery"];
            /** @description Its office signed another entry for its place in the log, or for one before it; absent where that is not so. */
            disputed?: boolean;
            for: components["schemas"]["For"] | null;
            id: string;
            /**
             * Format: int32
             * @description Of an erased one: for how many days the district keeps messages now, 0 for ever; absent otherwise.
             */
            kept_days?: number | null;
            /** @description Whether the text can be shown. */
            kind: components["schemas"]["MessageKind"];
            /** @description Whether it was long under way. */
            late: boolean;
            /** @description Whether that is who asks. */
            mine: boolean;
            notice?: components["schemas"]["Notice"] | null;
            /** @enum {string} */
            precedence: "routine" | "urgent" | "flash";
            /** Format: date-time */
            received: string;
            reply_to?: string | null;
            /** Format: date-time */
            sent: string;
            /** @description The text; empty when it cannot be shown. */
            text: string;
            /** @description Its office is revoked, it is not yet known where its logs end, and no other office is known to have held it before. */
            unwitnessed: boolean;
        };
        /**
         * @description Whether the text of a message can be shown.
         * @enum {string}
         */
        MessageKind: "text" | "unreadable" | "erased" | "newer" | "invalid" | "revoked";
        /** @description How far a message has come by now. */
        MessageState: {
            chat: string;
            /** @description How far. */
            delivery: components["schemas"]["Delivery"];
            /** @description Its office signed another entry for its place in the log, or for one before it; absent where that is not so. */
            disputed?: boolean;
            id: string;
            notice?: components["schemas"]["Notice"] | null;
        };
        /** @description Somebody moves to another office. */
        Move: {
            to: string;
        };
        /** @description The office that answers. */
        MyOffice: {
            id: string;
            /** @description Its name. */
            name: string;
            /** @description Its name in addresses. */
            slug: string;
        };
        /** @description A backup that is wanted. */
        NewBackup: {
            /** @description The key for backups to seal it to, as `okrug backup key` makes it, in hexadecimal digits. */
            key: string;
            /** @description Only what a rebuild from the neighbours needs: the keys, the documents and the logins. */
            keys_only?: boolean;
        };
        /** @description A wish for a bundle. */
        NewBundle: {
            /** @description All that there is for them, as if nothing were known of what they have. */
            all?: boolean;
            /** @description For whom: short names or numbers of offices, 1 to 255. */
            for: string[];
            /**
             * Format: int64
             * @description The longest that the file may be, in bytes.
             */
            max_bytes?: number | null;
            /** @enum {string} */
            only?: "routine" | "urgent" | "flash";
            /** @description What for; messages where nothing is said. */
            purpose?: components["schemas"]["BundlePurpose"];
            /** Format: date-time */
            since?: string | null;
        };
        /** @description Somebody who is to stand in for a person. */
        NewDeputy: {
            by: string;
            /** Format: date-time */
            from?: string | null;
            /** Format: date-time */
            until: string;
        };
        /** @description Somebody who is to have the duty of a role. */
        NewHolder: {
            /** Format: date-time */
            from?: string | null;
            person: string;
            /** Format: date-time */
            until?: string | null;
        };
        /** @description A person changes their password. */
        NewPassword: {
            /** @description The one that is to hold. */
            new: components["schemas"]["Password"];
            /** @description The one that holds. */
            old: components["schemas"]["Password"];
        };
        /** @description A person to be enrolled at this office. */
        NewPerson: {
            /** @description The login. */
            login: string;
            /** @description Name. */
            name: string;
            /** @description The first password. */
            password: components["schemas"]["Password"];
            /** @description Position. */
            position: string;
            unit: string;
        };
        /** @description A role to be founded at this office. */
        NewRole: {
            /** @description What people call it. */
            title: string;
            unit: string;
        };
        /** @description The state of the node. */
        NodeStatus: {
            /** @description What should not be, and the administrator must hear of; the oldest of each kind first. */
            alarms: components["schemas"]["AlarmStatus"][];
            backup: components["schemas"]["BackupStatus"] | null;
            carried: components["schemas"]["CarriedStatus"] | null;
            /** @description The machine's clock. */
            clock: components["schemas"]["ClockStatus"];
            /** @description The delegated directories, by unit. */
            delegated: components["schemas"]["Paper"][];
            disk: components["schemas"]["DiskStatus"] | null;
            /** @description The district. */
            district: components["schemas"]["District"];
            /** @description Versions of the signed documents. */
            documents: components["schemas"]["DocumentVersions"];
            /** @description Whether the directory in force lists it. */
            enrolled: boolean;
            /** @description How fast the data grow, and how large they may be in a year. */
            growth?: components["schemas"]["GrowthStatus"];
            /** @description The office that answers. */
            office: components["schemas"]["MyOffice"];
            /** @description The other offices. */
            peers: components["schemas"]["Peer"][];
            /** @description What this office wrote and nobody else has yet. */
            queue: components["schemas"]["Queue"];
            /** @description What lies in the store. */
            store: components["schemas"]["StoreStatus"];
            /** @description What was meant for this office and cannot be opened here. */
            unopened: components["schemas"]["UnopenedStatus"][];
            /**
             * Format: int64
             * @description Seconds since its start.
             */
            uptime_s: number;
            /** @description Version of the program. */
            version: string;
        };
        /** @description The gravest reason why a message of this office does not go on. */
        Notice: {
            /** @description In a word: `documents`, `full`, `gave_up`, `left`, `no_key`, `quota` or `removed`. */
            code: components["schemas"]["WaitCode"];
            /** @description How many more it is about. */
            more: number;
            /** @description Names of offices that it is about, a few of them. */
            offices: string[];
            /** Format: date-time */
            until?: string | null;
        };
        /** @description The last entries of an office that this node holds. */
        OfficeEnds: {
            /** @description One for each of its logs. */
            ends: components["schemas"]["LogEnd"][];
            office: string;
        };
        /** @description The version of the chart by now. */
        OrgVersion: {
            /**
             * Format: int32
             * @description The version; the same again when people changed and the chart did not.
             */
            version: number;
        };
        /** @description A part of a conversation. */
        Page: {
            /** @description A place in a conversation; not to be taken apart. */
            after?: string | null;
            /** @description A place in a conversation; not to be taken apart. */
            before?: string | null;
            /** @description Oldest first. */
            messages: components["schemas"]["Message"][];
        };
        /** @description How the certificate of the office's page stands. */
        PageCertificate: {
            /** @description The addresses that the office may show its page at. */
            addresses: string[];
            /** @description The same in English. */
            fault_en: string | null;
            /** @description Why the certificate that was given is not shown, in Russian. */
            fault_ru: string | null;
            /** @description The name of the page under the district's root. */
            host: string | null;
            /** Format: date-time */
            leaf_until?: string | null;
            /** @description The SHA-256 of the certificate that is shown to whoever knows no root. */
            own: string | null;
            /** @description The request for a certificate, for `okrug tls issue`. */
            request: string | null;
            /** @description The SHA-256 of the root that the district's directory names. */
            root: string | null;
            /** @description Whose certificate is shown. */
            source: components["schemas"]["PageSource"];
            /** Format: date-time */
            until?: string | null;
        };
        /**
         * @description Whose certificate it is.
         * @enum {string}
         */
        PageSource: "none" | "own" | "given" | "district";
        /** @description A signed document that is in force here. */
        Paper: {
            /**
             * Format: int64
             * @description Since it was signed, in seconds.
             */
            age_s: number;
            /**
             * Format: int32
             * @description The epoch that the version is of; a new one begins when keys were taken back.
             */
            epoch: number;
            /** @description Whether it is due for a refresh. */
            freshness: components["schemas"]["Freshness"];
            /** Format: date-time */
            issued: string;
            /** @description Which. */
            kind: components["schemas"]["PaperKind"];
            /** Format: date-time */
            refresh_by: string;
            /** @description Of which unit, where it is a delegated directory; else empty. */
            unit: string;
            /**
             * Format: int32
             * @description The version.
             */
            version: number;
        };
        /**
         * @description Which document.
         * @enum {string}
         */
        PaperKind: "charter" | "chart" | "revocations" | "bootstrap" | "delegated";
        /** @description The documents that are in force here. */
        Papers: {
            /** @description The charter first. */
            documents: components["schemas"]["Paper"][];
        };
        /**
         * Format: password
         * @description A password on its way to the vault: wiped when dropped, never shown.
         */
        Password: string;
        /** @description Another office. */
        Peer: {
            /** @description The address in use, or the last one that worked. */
            address: string | null;
            /** @description Whether it keeps and passes on what it cannot read. */
            carrier: boolean;
            class?: components["schemas"]["LinkClass"] | null;
            coming?: components["schemas"]["Coming"] | null;
            /** Format: date-time */
            last_contact?: string | null;
            /** Format: date-time */
            last_entry?: string | null;
            /** @description The link to it. */
            link: components["schemas"]["Link"];
            /** @description Its name. */
            name: string;
            office: string;
            /** @description What waits for it. */
            queue: components["schemas"]["Queue"];
            /**
             * Format: int64
             * @description Bytes a second that the link carries towards the office; null while there was never enough to say for that.
             */
            rate?: number | null;
            /**
             * Format: int32
             * @description The last measured round trip, in milliseconds.
             */
            rtt_ms: number | null;
            /** @description Its name in addresses. */
            slug: string;
            /** @description Whether it is suspended: it reads, and writes nothing. */
            suspended?: boolean;
            waits?: components["schemas"]["Waits"] | null;
            why?: components["schemas"]["TraceWait"] | null;
        };
        /** @description How the link to an office stands by now. */
        PeerChange: {
            /** Format: date-time */
            last_contact?: string | null;
            /** @description The link. */
            link: components["schemas"]["Link"];
            office: string;
        };
        /** @description The people of this office. */
        People: {
            /** @description By number. */
            people: components["schemas"]["PersonView"][];
        };
        /** @description A person and their place. */
        Person: {
            id: string;
            /** @description Name. */
            name: string;
            /** @description Position. */
            position: string;
            unit: string;
            /** @description Name of the unit. */
            unit_name: string;
        };
        /** @description A person by their record. */
        PersonCard: {
            /** @description Whether the person may log in and write. */
            active: boolean;
            /** @description The fingerprint of the keys by which the person signs and is written to. */
            fingerprint: components["schemas"]["Fingerprint"];
            id: string;
            /** @description Name. */
            name: string;
            office: string;
            /** @description Position. */
            position: string;
            unit: string;
        };
        /** @description Other words for a person of this office; what is absent stays. */
        PersonChange: {
            /** @description Name. */
            name?: string | null;
            /** @description Position. */
            position?: string | null;
            unit?: string | null;
        };
        /**
         * @description Whether a person serves.
         * @enum {string}
         */
        PersonState: "serves" | "left" | "moves";
        /** @description A person of this office, for its administrator. */
        PersonView: {
            /** @description Whether the person may log in and write. */
            active: boolean;
            id: string;
            /** @description Whether the person has the right `it`: they see the state of the node. */
            it: boolean;
            /** @description Whether the password opens nothing until the person comes with the code of a reset. */
            locked: boolean;
            /** @description The login. */
            login: string;
            /** @description Name. */
            name: string;
            /** @description Position. */
            position: string;
            unit: string;
            /** @description Name of the unit. */
            unit_name: string;
        };
        /** @description Whether another office answered, and what else is known of it. */
        PingReport: {
            /** @description Linked offices that keep and pass on what is for it, by their names in addresses. */
            carriers: string[];
            /** @description The office; its link may stand although it did not answer in time. */
            peer: components["schemas"]["Peer"];
            /**
             * Format: int64
             * @description The round trip in microseconds; null when there is no link, or no answer came in time.
             */
            rtt_us: number | null;
        };
        /** @description A question to another office. */
        PingWish: {
            office: string;
            /**
             * Format: int64
             * @description How long its answer may take, in milliseconds; 24 seconds at most.
             */
            wait_ms: number;
        };
        /** @description The rules of the district, and what was erased here by them. */
        PolicyView: {
            /**
             * Format: int64
             * @description Bytes that an office may write in a day.
             */
            bytes_per_day: number;
            /**
             * Format: int32
             * @description The version of the directory that says so.
             */
            directory: number;
            /**
             * Format: int32
             * @description Entries that an office may write in a day.
             */
            entries_per_day: number;
            /**
             * Format: int64
             * @description Bodies of messages that this node has erased.
             */
            erased: number;
            /**
             * Format: int64
             * @description Their bytes.
             */
            erased_bytes: number;
            /**
             * Format: int64
             * @description The largest file, in bytes.
             */
            file_max_bytes: number;
            /** Format: date-time */
            gone_before?: string | null;
            /** @description Topics of which nothing is erased. */
            holds: components["schemas"]["HoldView"][];
            /**
             * Format: int32
             * @description For how many days the bodies of messages are kept; 0 for ever.
             */
            retention_days: number;
            /**
             * Format: int32
             * @description Days after which an office announces a new sealing key.
             */
            sealing_key_days: number;
            /**
             * Format: int32
             * @description Days for which a replaced one is kept.
             */
            sealing_key_grace_days: number;
        };
        /** @description A message to be said. */
        Post: {
            client_id: string;
            on_behalf_of?: string | null;
            /** @enum {string} */
            precedence?: "routine" | "urgent" | "flash";
            reply_to?: string | null;
            /** @description The text. */
            text: string;
        };
        /**
         * @description A refusal as JSON.
         *
         *     Source:  RFC 9457.
         */
        Problem: {
            /** @description A stable name, such as `not_logged_in`. */
            code: string;
            /** @description What happened, why, and what was kept. */
            detail: string;
            /** @description What to do next. */
            hint: string | null;
            /**
             * Format: int32
             * @description The HTTP status again.
             */
            status: number;
            /** @description What is refused, in a few words. */
            title: string;
            /** @description `about:blank`: the code says which it is. */
            type?: string;
        };
        /**
         * @description The program that signed in, by its own word.
         * @enum {string}
         */
        Program: "yandex" | "edge" | "firefox" | "chrome" | "safari" | "script" | "other";
        /** @description Messages of this office that are not held elsewhere: by an office that reads them, or by any. */
        Queue: {
            /**
             * Format: int64
             * @description How many of them are flash.
             */
            flash: number;
            /**
             * Format: int64
             * @description How many.
             */
            messages: number;
            /**
             * Format: int64
             * @description Age of the oldest, in seconds.
             */
            oldest_s: number | null;
            /**
             * Format: int64
             * @description How many of them are urgent or flash.
             */
            urgent: number;
        };
        /** @description How far a person has read a conversation. */
        Read: {
            chat: string;
            /** @description A place in a conversation; not to be taken apart. */
            cursor: string;
        };
        /** @description Somebody is taken in. */
        Receive: {
            /** @description Login; the one that they had by default. */
            login?: string | null;
            /** @description Position; the one that they had by default. */
            position?: string | null;
            unit: string;
        };
        /** @description A person was let go. */
        Released: {
            /** @description Direct messages that go after them. */
            letters: number;
        };
        /** @description New keys for somebody who cannot get at theirs. */
        Reset: {
            /**
             * Format: int64
             * @description As in an invitation.
             */
            ttl_s?: number | null;
        };
        /**
         * @description Whether somebody had the right to speak for whom they name.
         * @enum {string}
         */
        RightCode: "holds" | "unknown" | "lacks";
        /** @description A role. */
        Role: {
            /** @description Whether it can be written to. */
            active: boolean;
            /** @description Who has the duty, and who will have it. */
            holders: components["schemas"]["Holder"][];
            id: string;
            office: string;
            /** @description Name of the office. */
            office_name: string;
            /** @description What people call it. */
            title: string;
            unit: string;
            /** @description Name of the unit. */
            unit_name: string;
            /**
             * Format: int32
             * @description The edition.
             */
            version: number;
        };
        /** @description The roles of the district. */
        Roles: {
            /** @description By number. */
            roles: components["schemas"]["Role"][];
        };
        /** @description A running session. */
        Session: {
            /** @description The address from which it began; null where nobody told. */
            address: string | null;
            /** Format: date-time */
            began: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /** @description The device on which it began. */
            device: components["schemas"]["Device"];
            /** @description What it is called; it opens nothing. */
            id: string;
            /** Format: date-time */
            used: string;
        };
        /** @description Running sessions of one person. */
        Sessions: {
            /** @description The newest first. */
            sessions: components["schemas"]["Session"][];
        };
        /** @description What lies in the store. */
        StoreStatus: {
            /**
             * Format: int64
             * @description Bytes on disk.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Entries.
             */
            entries: number;
        };
        /**
         * @description The system of a device, by its browser's word.
         * @enum {string}
         */
        System: "windows" | "android" | "ios" | "macos" | "linux" | "other";
        /** @description The movement of a message, as far as this office has heard. */
        Trace: {
            /** @description How it came here. */
            came: components["schemas"]["TraceCame"];
            /** @description How far it has come. */
            delivery: components["schemas"]["Delivery"];
            id: string;
            /** @description Offices that read it or hold it, by number, and those that were to read it before they were removed. */
            offices: components["schemas"]["TraceOffice"][];
            /** @description How many of this office's people have read it. What others have read is not told from office to office. */
            read_here: components["schemas"]["TraceRead"];
            /** Format: date-time */
            written: string;
        };
        /**
         * @description By what a message came from one office to another.
         * @enum {string}
         */
        TraceBy: "gossip" | "exchange" | "stick" | "handover" | "others";
        /** @description How a message came to this office. */
        TraceCame: {
            /** Format: date-time */
            at: string;
            by?: components["schemas"]["TraceBy"] | null;
            from?: string | null;
            /** @description Its name; empty when it was written here. */
            name: string;
            with?: components["schemas"]["TraceProgram"] | null;
        };
        /** @description An office on the way of a message. */
        TraceOffice: {
            by?: components["schemas"]["TraceBy"] | null;
            /** Format: date-time */
            heard?: string | null;
            /** @description Whether it is known to have it. */
            holds: boolean;
            /** @description Its name. */
            name: string;
            office: string;
            /** @description Whether it may read it. */
            reads: boolean;
            /** Format: date-time */
            said?: string | null;
            /** Format: date-time */
            stick?: string | null;
            wait?: components["schemas"]["TraceWait"] | null;
            /** @description Whether it was written there. */
            writes: boolean;
        };
        /**
         * @description With what a message was written.
         * @enum {string}
         */
        TraceProgram: "page" | "script";
        /** @description How many of this office's people have read it. */
        TraceRead: {
            /** @description See its conversation, its author apart. */
            of: number;
            /** @description Have read it. */
            read: number;
        };
        /** @description Why a message waits for an office. */
        TraceWait: {
            /** @description In a word. */
            code: components["schemas"]["WaitCode"];
            /** Format: date-time */
            since?: string | null;
            /** Format: date-time */
            until?: string | null;
            via?: string | null;
            /** @description Its name, or empty. */
            via_name: string;
        };
        /** @description The district as a tree. */
        Tree: {
            /** @description Offices. */
            offices: components["schemas"]["TreeOffice"][];
            /** @description People. */
            people: components["schemas"]["TreePerson"][];
            /** @description Roles that can be written to. */
            roles: components["schemas"]["Role"][];
            /** @description Units; a parent stands before its children. */
            units: components["schemas"]["TreeUnit"][];
            /**
             * Format: int32
             * @description Version of the chart.
             */
            version: number;
        };
        /** @description An office in the tree. */
        TreeOffice: {
            /** @description Whether it is the one that answers. */
            here: boolean;
            id: string;
            /** Format: date-time */
            last_contact?: string | null;
            /** @description How the link to it stands. */
            link: components["schemas"]["Link"];
            /** @description Its name. */
            name: string;
            /** @description Its name in addresses. */
            slug: string;
            /** @description Whether it is suspended: it reads, and writes nothing. */
            suspended: boolean;
            units: string[];
        };
        /** @description A person in the tree. */
        TreePerson: {
            deputy: components["schemas"]["Deputy"] | null;
            id: string;
            /** @description Whether it is who asks. */
            me: boolean;
            /** @description Name. */
            name: string;
            office: string;
            /** @description Position. */
            position: string;
            /** @description Whether they serve. */
            state: components["schemas"]["PersonState"];
            unit: string;
        };
        /** @description A unit in the tree. */
        TreeUnit: {
            id: string;
            /** @description Name. */
            name: string;
            offices: string[];
            parent?: string | null;
        };
        /** @description Messages that were meant for this office and cannot be opened: the key to which they were sealed is gone. */
        Unopened: {
            /** @description Whether the writers were asked to seal them again; that needs the policy of the district. */
            asked: boolean;
            /** Format: date-time */
            first: string;
            /** Format: date-time */
            last: string;
            /**
             * Format: int64
             * @description How many messages.
             */
            messages: number;
            /**
             * Format: int64
             * @description How many other entries, such as records of people.
             */
            others: number;
        };
        /** @description What of one topic and one office cannot be opened. */
        UnopenedStatus: {
            office: string;
            /** @description That office's name. */
            office_name: string;
            /** @description What people call it. */
            title: string;
            /** @description The topic: `d`, `u12`, `g7`, or `o3` for direct messages. */
            topic: string;
            /** @description How much, and from when. */
            what: components["schemas"]["Unopened"];
        };
        /**
         * @description Why a message waits, in a word.
         * @enum {string}
         */
        WaitCode: "under_way" | "documents" | "hours" | "budget" | "no_link" | "through" | "through_no_link" | "gave_up" | "full" | "quota" | "left" | "no_key" | "removed";
        /** @description All but flash waits. */
        Waits: {
            /** Format: date-time */
            until: string;
            /** @description Why. */
            why: components["schemas"]["WaitsFor"];
        };
        /**
         * @description Why all but flash waits.
         * @enum {string}
         */
        WaitsFor: "hours" | "budget";
        /**
         * @description How another office is heard of.
         * @enum {string}
         */
        Way: "direct" | "carried" | "none";
    };
    responses: {
        /** @description `bad_host` */
        BadHost: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `bad_request` */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `forged`; of a write `no_write_header` */
        Forged: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `head_too_long` */
        HeadTooLong: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `internal` */
        Internal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `media_type` */
        MediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `no_such_route`: no name of anything */
        NoSuchRoute: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_logged_in` */
        NotLoggedIn: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_large` */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_slow` */
        TooSlow: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `busy`, `stopping` */
        Unavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Accepted = components['schemas']['Accepted'];
export type Act = components['schemas']['Act'];
export type ActAbout = components['schemas']['ActAbout'];
export type ActBy = components['schemas']['ActBy'];
export type ActOutcome = components['schemas']['ActOutcome'];
export type ActView = components['schemas']['ActView'];
export type Acts = components['schemas']['Acts'];
export type ActsFor = components['schemas']['ActsFor'];
export type AlarmStatus = components['schemas']['AlarmStatus'];
export type Arrival = components['schemas']['Arrival'];
export type Arrivals = components['schemas']['Arrivals'];
export type AuditReport = components['schemas']['AuditReport'];
export type AuditedLog = components['schemas']['AuditedLog'];
export type Author = components['schemas']['Author'];
export type BackupPlan = components['schemas']['BackupPlan'];
export type BackupStatus = components['schemas']['BackupStatus'];
export type Broken = components['schemas']['Broken'];
export type BundleCounts = components['schemas']['BundleCounts'];
export type BundleGap = components['schemas']['BundleGap'];
export type BundlePurpose = components['schemas']['BundlePurpose'];
export type BundleReport = components['schemas']['BundleReport'];
export type CarriedOffice = components['schemas']['CarriedOffice'];
export type CarriedStatus = components['schemas']['CarriedStatus'];
export type CarriedTopic = components['schemas']['CarriedTopic'];
export type Chat = components['schemas']['Chat'];
export type ChatKind = components['schemas']['ChatKind'];
export type Chats = components['schemas']['Chats'];
export type ClockStatus = components['schemas']['ClockStatus'];
export type Coming = components['schemas']['Coming'];
export type Delivery = components['schemas']['Delivery'];
export type DeliveryCode = components['schemas']['DeliveryCode'];
export type Deputy = components['schemas']['Deputy'];
export type Device = components['schemas']['Device'];
export type DiskStatus = components['schemas']['DiskStatus'];
export type Dismissal = components['schemas']['Dismissal'];
export type District = components['schemas']['District'];
export type DocumentVersions = components['schemas']['DocumentVersions'];
export type Ended = components['schemas']['Ended'];
export type Enrol = components['schemas']['Enrol'];
export type Event = components['schemas']['Event'];
export type Fingerprint = components['schemas']['Fingerprint'];
export type For = components['schemas']['For'];
export type Freshness = components['schemas']['Freshness'];
export type Graph = components['schemas']['Graph'];
export type GraphHour = components['schemas']['GraphHour'];
export type GraphOffice = components['schemas']['GraphOffice'];
export type GrowthStatus = components['schemas']['GrowthStatus'];
export type HoldView = components['schemas']['HoldView'];
export type Holder = components['schemas']['Holder'];
export type Invitation = components['schemas']['Invitation'];
export type Invitations = components['schemas']['Invitations'];
export type Invite = components['schemas']['Invite'];
export type Invited = components['schemas']['Invited'];
export type Last = components['schemas']['Last'];
export type Link = components['schemas']['Link'];
export type LinkClass = components['schemas']['LinkClass'];
export type ListAge = components['schemas']['ListAge'];
export type LogEnd = components['schemas']['LogEnd'];
export type Login = components['schemas']['Login'];
export type MadeBackup = components['schemas']['MadeBackup'];
export type MadeBundle = components['schemas']['MadeBundle'];
export type Me = components['schemas']['Me'];
export type Message = components['schemas']['Message'];
export type MessageKind = components['schemas']['MessageKind'];
export type MessageState = components['schemas']['MessageState'];
export type Move = components['schemas']['Move'];
export type MyOffice = components['schemas']['MyOffice'];
export type NewBackup = components['schemas']['NewBackup'];
export type NewBundle = components['schemas']['NewBundle'];
export type NewDeputy = components['schemas']['NewDeputy'];
export type NewHolder = components['schemas']['NewHolder'];
export type NewPassword = components['schemas']['NewPassword'];
export type NewPerson = components['schemas']['NewPerson'];
export type NewRole = components['schemas']['NewRole'];
export type NodeStatus = components['schemas']['NodeStatus'];
export type Notice = components['schemas']['Notice'];
export type OfficeEnds = components['schemas']['OfficeEnds'];
export type OrgVersion = components['schemas']['OrgVersion'];
export type Page = components['schemas']['Page'];
export type PageCertificate = components['schemas']['PageCertificate'];
export type PageSource = components['schemas']['PageSource'];
export type Paper = components['schemas']['Paper'];
export type PaperKind = components['schemas']['PaperKind'];
export type Papers = components['schemas']['Papers'];
export type Password = components['schemas']['Password'];
export type Peer = components['schemas']['Peer'];
export type PeerChange = components['schemas']['PeerChange'];
export type People = components['schemas']['People'];
export type Person = components['schemas']['Person'];
export type PersonCard = components['schemas']['PersonCard'];
export type PersonChange = components['schemas']['PersonChange'];
export type PersonState = components['schemas']['PersonState'];
export type PersonView = components['schemas']['PersonView'];
export type PingReport = components['schemas']['PingReport'];
export type PingWish = components['schemas']['PingWish'];
export type PolicyView = components['schemas']['PolicyView'];
export type Post = components['schemas']['Post'];
export type Problem = components['schemas']['Problem'];
export type Program = components['schemas']['Program'];
export type Queue = components['schemas']['Queue'];
export type Read = components['schemas']['Read'];
export type Receive = components['schemas']['Receive'];
export type Released = components['schemas']['Released'];
export type Reset = components['schemas']['Reset'];
export type RightCode = components['schemas']['RightCode'];
export type Role = components['schemas']['Role'];
export type Roles = components['schemas']['Roles'];
export type Session = components['schemas']['Session'];
export type Sessions = components['schemas']['Sessions'];
export type StoreStatus = components['schemas']['StoreStatus'];
export type System = components['schemas']['System'];
export type Trace = components['schemas']['Trace'];
export type TraceBy = components['schemas']['TraceBy'];
export type TraceCame = components['schemas']['TraceCame'];
export type TraceOffice = components['schemas']['TraceOffice'];
export type TraceProgram = components['schemas']['TraceProgram'];
export type TraceRead = components['schemas']['TraceRead'];
export type TraceWait = components['schemas']['TraceWait'];
export type Tree = components['schemas']['Tree'];
export type TreeOffice = components['schemas']['TreeOffice'];
export type TreePerson = components['schemas']['TreePerson'];
export type TreeUnit = components['schemas']['TreeUnit'];
export type Unopened = components['schemas']['Unopened'];
export type UnopenedStatus = components['schemas']['UnopenedStatus'];
export type WaitCode = components['schemas']['WaitCode'];
export type Waits = components['schemas']['Waits'];
export type WaitsFor = components['schemas']['WaitsFor'];
export type Way = components['schemas']['Way'];
export type ResponseBadHost = components['responses']['BadHost'];
export type ResponseBadRequest = components['responses']['BadRequest'];
export type ResponseForged = components['responses']['Forged'];
export type ResponseHeadTooLong = components['responses']['HeadTooLong'];
export type ResponseInternal = components['responses']['Internal'];
export type ResponseMediaType = components['responses']['MediaType'];
export type ResponseNoSuchRoute = components['responses']['NoSuchRoute'];
export type ResponseNotLoggedIn = components['responses']['NotLoggedIn'];
export type ResponseTooLarge = components['responses']['TooLarge'];
export type ResponseTooSlow = components['responses']['TooSlow'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type $defs = Record<string, never>;
export interface operations {
    arrivals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those who are not taken in yet */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Arrivals"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    take_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file, 4 MiB at most */
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Taken; the person is on the way */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Arrival"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin`, `may_not_enrol` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `transfer_elsewhere`, `transfer_used` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `transfer_refused` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    plan_backup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description About how much there is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupPlan"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    confirm_backup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MadeBackup"];
            };
        };
        responses: {
            /** @description Remembered; the state of the node says its age */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    make_backup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBackup"];
            };
        };
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_backup_key` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            /** @description `busy` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    district: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file, 4 MiB at most */
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Taken; nothing changed when all of it was known */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `document_older`, `document_conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `document_foreign`, `document_threshold`, `document_malformed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    invitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those whose time is not over */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitations"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Invite"];
            };
        };
        responses: {
            /** @description Invited */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin`, `may_not_enrol` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_unit` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `no_number_left` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_name`, `bad_time` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    withdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The number that was promised
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person`: none is open for this number */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    ends: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The office: its number, such as `o3`, or its short name
                 * @example o1
                 */
                office: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last entries; none where nothing of it is held */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfficeEnds"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_office` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    people: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The people */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["People"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    add_person: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPerson"];
            };
        };
        responses: {
            /** @description Enrolled */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin`, `may_not_enrol` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_unit` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `login_taken`, `no_number_left` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_login`, `bad_name`, `weak_password` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    set: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The person's number
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonChange"];
            };
        };
        responses: {
            /** @description As they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin`, `may_not_enrol` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person`, `no_such_unit` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_ours` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_name` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    name_deputy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `p10001`
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDeputy"];
            };
        };
        responses: {
            /** @description Named; null when the time is over already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deputy"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_our_person` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_term` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    end_deputy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `p10001`
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody stands in any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_deputy`, `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_our_person` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    dismiss: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The person's number
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Dismissal"];
            };
        };
        responses: {
            /** @description As they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_ours` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The person's number
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Move"];
            };
        };
        responses: {
            /** @description Let go */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Released"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person`, `no_such_office` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_ours`, `has_left` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    receive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The person's number
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Receive"];
            };
        };
        responses: {
            /** @description Taken in */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin`, `may_not_enrol` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person`, `no_such_unit` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_released`, `not_arrived`, `login_taken` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_login`, `bad_name` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    reset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The person's number
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reset"];
            };
        };
        responses: {
            /** @description The code is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_ours`, `has_left` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_time` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    restore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The person's number
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin`, `may_not_enrol` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person`, `no_such_unit` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_ours` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    add_right: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person's number */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    remove_right: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person's number */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The person's number
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    end_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The person's number
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many there were */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ended"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    transfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person's number */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person`, `no_such_office` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_released`, `not_arrived` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    ping: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PingWish"];
            };
        };
        responses: {
            /** @description Whether it answered, and what else is known of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PingReport"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_office` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    add_role: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRole"];
            };
        };
        responses: {
            /** @description Founded */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin`, `may_not_enrol` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_unit` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `no_number_left` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_title` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    close_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `r10001`
                 * @example r10001
                 */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Closed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_role` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    assign_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `r10001`
                 * @example r10001
                 */
                role: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewHolder"];
            };
        };
        responses: {
            /** @description Assigned */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_role` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `not_our_person`, `too_many_holders` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_term` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    dismiss_from_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `r10001`
                 * @example r10001
                 */
                role: string;
                /**
                 * @description `p10001`
                 * @example p10001
                 */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_role`, `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    certificate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageCertificate"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    take: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file that `okrug tls issue` wrote */
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageCertificate"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `certificate_refused` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    acts: {
        parameters: {
            query?: {
                /** @description The `before` of the page after it; without it the newest acts */
                before?: string;
                /** @description Acts at most, 1 to 200; 50 by default */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The acts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Acts"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The place of its entry, such as `o1.77.d.routine.5` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The act */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_message` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    check: {
        parameters: {
            query?: {
                /** @description Entries written at this time or later; all by default */
                from?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found, broken or not */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditReport"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    journal: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_message`: there is no act */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            /** @description `too_many` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    make_bundle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBundle"];
            };
        };
        responses: {
            /** @description It can be fetched */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeBundle"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_keeper` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_office` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `bundle_for_revoked` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bundle_for_whom`, `bundle_too_small` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    take_bundle: {
        parameters: {
            query?: {
                /** @description Read it, and take nothing */
                look?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file, however long it is */
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description What came of it; also where a part of it is missing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BundleReport"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_keeper` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bundle_unreadable`, `bundle_not_for_us`, `bundle_key_gone`, `bundle_forged`, `document_foreign` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    fetch_bundle: {
        parameters: {
            query?: {
                /** @description The first frame that is wanted; with 0, or without it, the whole file */
                frame?: number;
            };
            header?: never;
            path: {
                /** @description The `id` of the bundle */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, or the rest of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_keeper` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_bundle` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    chats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The conversations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chats"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    evidence: {
        parameters: {
            query?: {
                /** @description This message alone */
                message?: string;
                /** @description Not earlier than this (RFC 3339) */
                from?: string;
                /** @description Before this (RFC 3339) */
                to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description `d`, `u12`, `g7` or `p10002`
                 * @example u1
                 */
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            /** @description `no_such_chat`, `no_such_message` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            /** @description `too_many` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    history: {
        parameters: {
            query?: {
                /** @description The `before` of the page after it; without it the newest messages */
                before?: string;
                /** @description The `after` of the page before it */
                after?: string;
                /** @description A message that is to stand in the middle of the page; of the three one at most counts, this one first */
                around?: string;
                /** @description Messages at most, 1 to 200; 50 by default */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description `d`, `u12`, `g7`, `p10002`, `r10001`, or `r10001.p10002` for who has the role's duty
                 * @example u1
                 */
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            /** @description `no_such_chat`, `no_such_message` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `d`, `u12`, `g7`, `p10002`, `r10001`, or `r10001.p10002` for who has the role's duty
                 * @example u1
                 */
                chat: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Post"];
            };
        };
        responses: {
            /** @description The same `client_id` had said it before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description Said */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `may_not_post`, `may_not_speak_for`, `office_suspended` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_chat` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `empty_text`, `text_too_long` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `over_quota` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            /** @description `no_space` */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    name_own_deputy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDeputy"];
            };
        };
        responses: {
            /** @description Named; null when the time is over already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deputy"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `may_not_enrol`, `office_suspended` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_term` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    end_own_deputy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody stands in any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `may_not_enrol`, `office_suspended` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_deputy` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    enrol: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Enrol"];
            };
        };
        responses: {
            /** @description Enrolled and logged in; the cookie is set. With `token: true` the body is a token instead. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `wrong_code` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `office_suspended` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            /** @description `login_taken`, `has_left` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `bad_login`, `weak_password` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `throttled`, with `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            /** @description `busy` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: {
                /** @description Every missed message, however many, instead of a `reset` */
                whole?: boolean;
            };
            header?: {
                /** @description The `id` of the last event that was seen */
                "Last-Event-ID"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `message.new`, `message.state`, `chat.update`, `peer`, `org.version`, `reset` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Event"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            /** @description `too_many_streams` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    trace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The message, such as `o1.77.d.routine.5`
                 * @example o1.77.d.routine.5
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The movement */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trace"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            /** @description `no_such_message` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    documents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The charter first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Papers"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_keeper` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    graph: {
        parameters: {
            query: {
                /** @description `map`, `heat` or `flow` */
                kind: string;
                /** @description `svg`, or `json` for the numbers: they are the same for each kind; by default `svg` */
                format?: string;
                /** @description How far back, at most and by default 24 */
                hours?: number;
                /** @description Pixels, 280 to 2000, by default 960 */
                width?: number;
                /** @description The reader's clock, in minutes before UTC's */
                offset?: number;
                /** @description `ru` or `en`; by default the node's */
                lang?: string;
                /** @description `light`, `dark` or `contrast`; by default `light` */
                scheme?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture, or its numbers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Graph"];
                    "image/svg+xml": string;
                };
            };
            /** @description `bad_request` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_keeper` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeStatus"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    tree: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tree */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tree"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            /** @description Changed; so many other sessions ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ended"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong_password` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `weak_password` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `throttled`, with `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            /** @description `busy` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The person, such as `p10002`
                 * @example p10001
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonCard"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            /** @description `no_such_person` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_admin` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Read"];
            };
        };
        responses: {
            /** @description Remembered */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            /** @description `no_such_chat`, `no_such_message` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    roles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The roles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Roles"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `r10001`
                 * @example r10001
                 */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The role */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            /** @description `no_such_role` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    who: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Logged in; the cookie is set. With `token: true` the body is a token instead. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `wrong_login` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["MediaType"];
            421: components["responses"]["BadHost"];
            /** @description `throttled`, with `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            /** @description `busy` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logged out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    own: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    end_others: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many there were */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ended"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    end_own: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its `id` in the list */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            /** @description `not_logged_in` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: components["responses"]["Forged"];
            /** @description `no_such_session` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    alive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process lives */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The store is open and the mesh listens */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            408: components["responses"]["TooSlow"];
            421: components["responses"]["BadHost"];
            431: components["responses"]["HeadTooLong"];
            500: components["responses"]["Internal"];
            /** @description `not_ready`, `stopping` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
