CREATE FUNCTION public.hushgate_partitions(first date, days integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
    DECLARE day date;
    BEGIN
        PERFORM pg_advisory_xact_lock(1213550417);
        FOR day IN SELECT generate_series(first, first + days - 1, interval '1 day')::date LOOP
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF record FOR VALUES FROM (%L) TO (%L)',
                'record_' || to_char(day, 'YYYYMMDD'), day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00'
            );
        END LOOP;
    END $$;
CREATE FUNCTION public.hushgate_pending() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
        INSERT INTO pending (team, record, at, hash) SELECT team, id, at, leaf_hash FROM fresh;
        RETURN NULL;
    END $$;
CREATE TABLE public.admin_key (
    id character varying NOT NULL,
    digest bytea NOT NULL,
    name character varying NOT NULL,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    role character varying NOT NULL,
    teams character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    expires_at timestamp with time zone,
    last_used timestamp with time zone,
    replaced_by character varying
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.checkpoint (
    team character varying NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL,
    note character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    entry bigint
);
CREATE TABLE public.client (
    team character varying NOT NULL,
    project character varying DEFAULT 'default'::character varying NOT NULL,
    name character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone
);
CREATE TABLE public.cosignature (
    size bigint NOT NULL,
    witness character varying NOT NULL,
    line character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.data_key (
    id uuid NOT NULL,
    purpose character varying NOT NULL,
    owner character varying NOT NULL,
    epoch character varying NOT NULL,
    wrapped bytea,
    destroyed_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    kek character varying,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.gateway_key (
    id character varying NOT NULL,
    digest bytea NOT NULL,
    team character varying NOT NULL,
    client character varying NOT NULL,
    asserts_users boolean DEFAULT false NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used timestamp with time zone,
    replaced_by character varying
);
CREATE TABLE public.hold (
    id uuid NOT NULL,
    team character varying NOT NULL,
    reason character varying NOT NULL,
    set_by character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    cleared_at timestamp with time zone,
    cleared_by character varying,
    cleared_for character varying
);
CREATE TABLE public.idempotency (
    actor character varying NOT NULL,
    key bytea NOT NULL,
    request bytea NOT NULL,
    sealed bytea NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE TABLE public.installation (
    id integer NOT NULL,
    kek_fingerprint character varying NOT NULL,
    root_wrapped bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    root_revoked_at timestamp with time zone
);
CREATE SEQUENCE public.installation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.installation_id_seq OWNED BY public.installation.id;
CREATE TABLE public.kek (
    fingerprint character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone
);
CREATE TABLE public.leaf (
    team character varying NOT NULL,
    index bigint NOT NULL,
    record uuid NOT NULL,
    hash bytea NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.lease (
    instance bigint NOT NULL,
    host character varying NOT NULL,
    process character varying NOT NULL,
    beat bigint DEFAULT 0 NOT NULL,
    keks character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.node (
    team character varying NOT NULL,
    level smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL
);
CREATE TABLE public.pending (
    id bigint NOT NULL,
    team character varying NOT NULL,
    record uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    hash bytea NOT NULL
);
ALTER TABLE public.pending ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.pending_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.policy (
    team character varying NOT NULL,
    version character varying NOT NULL,
    serial bigint NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.project (
    team character varying NOT NULL,
    name character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.provider (
    name character varying NOT NULL,
    dialect character varying NOT NULL,
    base_url character varying NOT NULL,
    credential bytea,
    allow_private boolean DEFAULT false NOT NULL,
    terms jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    credential_set_at timestamp with time zone
);
CREATE TABLE public.record (
    team character varying NOT NULL,
    id uuid NOT NULL,
    exchange uuid NOT NULL,
    kind character varying NOT NULL,
    at timestamp with time zone NOT NULL,
    client character varying,
    user_index bytea,
    dialect character varying,
    endpoint character varying,
    model character varying,
    provider character varying,
    policy_version character varying,
    verdict character varying,
    entities jsonb NOT NULL,
    sealed bytea NOT NULL,
    leaf_hash bytea NOT NULL
)
PARTITION BY RANGE (at);
CREATE TABLE public.record_20261126 (
    team character varying CONSTRAINT record_team_not_null NOT NULL,
    id uuid CONSTRAINT record_id_not_null NOT NULL,
    exchange uuid CONSTRAINT record_exchange_not_null NOT NULL,
    kind character varying CONSTRAINT record_kind_not_null NOT NULL,
    at timestamp with time zone CONSTRAINT record_at_not_null NOT NULL,
    client character varying,
    user_index bytea,
    dialect character varying,
    endpoint character varying,
    model character varying,
    provider character varying,
    policy_version character varying,
    verdict character varying,
    entities jsonb CONSTRAINT record_entities_not_null NOT NULL,
    sealed bytea CONSTRAINT record_sealed_not_null NOT NULL,
    leaf_hash bytea CONSTRAINT record_leaf_hash_not_null NOT NULL
);
CREATE TABLE public.restore_right (
    team character varying NOT NULL,
    surrogate character varying NOT NULL,
    client character varying NOT NULL,
    user_index bytea DEFAULT '\x'::bytea NOT NULL,
    project character varying DEFAULT 'default'::character varying NOT NULL
);
CREATE TABLE public.retention (
    team character varying NOT NULL,
    class character varying NOT NULL,
    days integer NOT NULL
);
CREATE TABLE public.signed_block (
    team character varying NOT NULL,
    digest bytea NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.signing_key (
    version integer NOT NULL,
    public bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone
);
CREATE TABLE public.surrogate (
    team character varying NOT NULL,
    scope character varying NOT NULL,
    epoch character varying NOT NULL,
    text character varying NOT NULL,
    data_key uuid NOT NULL,
    sealed bytea NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE TABLE public.team (
    name character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone
);
ALTER TABLE ONLY public.record ATTACH PARTITION public.record_20261126 FOR VALUES FROM ('2026-11-26 00:00:00+00') TO ('2026-11-27 00:00:00+00');
ALTER TABLE ONLY public.installation ALTER COLUMN id SET DEFAULT nextval('public.installation_id_seq'::regclass);
INSERT INTO public.admin_key VALUES ('napqrz1n2dg6j4rm', '\x52d9a80915196b484519efe75af0268d4ee7052ed915d95a28cad9ca00a9090a', 'first run', NULL, '2026-11-26 21:29:23.420472+00', 'owner', '{}', NULL, '2026-11-26 21:29:25.909061+00', NULL);
INSERT INTO public.alembic_version VALUES ('0005');
INSERT INTO public.checkpoint VALUES ('', 1, '\x9d3915e9c4ddffde9339f576321c9ae6ac57ff7d3d1ad191779bf760f05b6486', 'hushgate/febe2f8d5fd1867f/installation
1
nTkV6cTd/96TOfV2Mhya5qxX/309GtGRd5v3YPBbZIY=
— hushgate/febe2f8d5fd1867f/installation Voaa2Qm/v6m8lSYQen9vpSBfZ025iuHf+no+YuBzXGDfCRCOlf38SAAcqI3hOXngT9SBjrskIq+qhHEF45iI/lZs9ww=
', '2026-11-26 21:29:25.732688+00', 0);
INSERT INTO public.checkpoint VALUES ('*', 1, '\xc024344d516b62a43af5fc05b98ae9445eb5c451ad8182d3809b7e66b8ee73a2', 'hushgate/febe2f8d5fd1867f/directory
1
wCQ0TVFrYqQ69fwFuYrpRF61xFGtgYLTgJt+Zrjuc6I=
— hushgate/febe2f8d5fd1867f/directory Vsm308mXQmeWHRUgyt8oQclBkBHSS6gGemNVqIO8U6ZhynmoZ4yuTJLWKkyzi0dpxbrVgCduBJpat9IWIn6DiYBpMA4=
', '2026-11-26 21:29:25.732688+00', NULL);
INSERT INTO public.checkpoint VALUES ('default', 5, '\x76acabe33e29085e876f33f638adcc6f00e4199d73d9faf571c0524ce2b10512', 'hushgate/febe2f8d5fd1867f/team/default
5
dqyr4z4pCF6HbzP2OK3MbwDkGZ1z2fr1ccBSTOKxBRI=
— hushgate/febe2f8d5fd1867f/team/default +UV1rGRllhQWEylfJ3wI918kx2ov+bFnekrSqnIniqi0PYeAhv4BgZvmHEpA5KZD7ZIOCb5Nn8v6eJBwrwV1kXm7KQE=
', '2026-11-26 21:29:26.245685+00', 1);
INSERT INTO public.checkpoint VALUES ('*', 2, '\x4d712d531eedf697b4c3bd5fae506a824a671c60cd510cbb86509766b6ffc4f8', 'hushgate/febe2f8d5fd1867f/directory
2
TXEtUx7t9pe0w71frlBqgkpnHGDNUQy7hlCXZrb/xPg=
— hushgate/febe2f8d5fd1867f/directory Vsm306ECwuorDBkswJG0+4wosM0ho8A3h1diVO7F0bpoLODqckziQFWoo+P5TSzc5NEMZMjS22nwiP2gd4dAASY8KwE=
', '2026-11-26 21:29:26.245685+00', NULL);
INSERT INTO public.client VALUES ('default', 'default', 'default', '2026-11-26 21:29:23.420472+00', NULL);
INSERT INTO public.data_key VALUES ('f46c7d1c-1f06-468a-821b-94a516e235ba', 'policy', 'default', '', '\x0101e4d1b1d86ab0f6ee016fd0923edf807d0e859a2029749cf828c592b053228fda41ac5fa58e8d22752548dae595a48cb39883891771f2ed805003016f423fc461792871882d96bcede07c76c9b9b0c559bdd1b65cd70f55da8117eadc5b1cf5d8a886a4227ea7e467ce1c9b15037ca49d28f9c66da0d91bed1d59a945a57153976cd03ec83a11440b985e10e49555a47c100db125d7a0ab060cc1da2f7720a6bc92a59a6a5fdff8b92defe93cc5b05cb0885790be29e08f5bfc4c4b10', NULL, 1, 'e4d1b1d86ab0f6ee016fd0923edf807d', NULL, '2026-11-26 21:29:23.420472+00');
INSERT INTO public.data_key VALUES ('4cc53bcd-9bac-4428-bd07-459628c7d025', 'admin', '', '2026-11-26', '\x0101e4d1b1d86ab0f6ee016fd0923edf807d0e0f366d94ca53641a271eb0078912d055a39281861648afbe7a6841bc92ceba2750939ae695d3ae8c5ce76f885501851669b34cd8aa3e0675081cdc513e870ab57cefaacb9f34043dc13272b035fd1a03b637dd8d15420913c120f2196f9c20846509af670e4e31ebcbfe03d23c384a0b55be684022135a1358e2a93b8ff74f9c8f3eee64afb0a3f9b7a4895bd0416e8830d6456154348bd6fc64145aa21c20d26856fda377ade989d0907e', NULL, 1, 'e4d1b1d86ab0f6ee016fd0923edf807d', NULL, '2026-11-26 21:29:23.420472+00');
INSERT INTO public.data_key VALUES ('1be06fda-9455-4d9b-98c7-7f91654f447d', 'signing', '', '1', '\x0101e4d1b1d86ab0f6ee016fd0923edf807dfc438909d58f046197f0792358f0631d469f8a5c4689c40040880d7de28babae1d84c2670e298c7a940faad37ddecab99ba3cdca11da9e395940ba886b3026ac3c6b7e432837fc48318f25df431b854cb9b2099e19f6c667f7522c3ae9351837396e6d45ce40e2e880ce8ea3cbe4fff71d0a73dc415e86c2602e0a229675a09cad69b386b171210b6d75b81a87a32a2cb5b2ebd944eb82588132961dd24c969cfa693f246cb79710d74a00f0', NULL, 1, 'e4d1b1d86ab0f6ee016fd0923edf807d', NULL, '2026-11-26 21:29:25.684388+00');
INSERT INTO public.data_key VALUES ('e76302a9-0b43-45c7-a0fe-8a593f1efece', 'provider', '', '', '\x0101e4d1b1d86ab0f6ee016fd0923edf807d71be083ab97f7ddb171e39258614fd476ebc39dbce51014ab05b5867598478c63ac2d8e4272e871598f0a4fd98e4b2a07c5306ca6ceb7a55ff5530e90f9e4e222f0c762f39d3b0145e27ce1e70ebb22d5cdfd18d54e2b4d90dd8f9c89694d3edd0ce73921348e510d1e64e1cc62ecf830ef2b4e5d26d7a2c38b994a2b15895d4b40bb91ebaedb00858d5b0da7855ccf9bfb83dc93e83af7024a8dd099e357bb4a892b1bb88ebc54ad9fc0bf9', NULL, 1, 'e4d1b1d86ab0f6ee016fd0923edf807d', NULL, '2026-11-26 21:29:25.971514+00');
INSERT INTO public.data_key VALUES ('69de3a0e-c4c0-43f2-882a-a6f0b8e87581', 'admin', 'default', '2026-11-26', '\x0101e4d1b1d86ab0f6ee016fd0923edf807dc9fac59999b52a0419160a50afd51ee67f3d91ba1b2333bc53ee78b46e56274c1a8e0b737bb618f60e9e2fa79580a92c6cff47467c9259c889c07bff73f6568b4ad60d07f07af497dfc6f8cf83bd5701a2022eb164aa100e59453220f92da7858c500064ec55820338de6b89bceb02d3866e1631774f5667bba2bf941e2b3c3664f1c0672f07c2476812c803fb81ffca4908a54601d5aa130f5e619a3d798329cba644f459ea8d73e7a9bd34', NULL, 1, 'e4d1b1d86ab0f6ee016fd0923edf807d', NULL, '2026-11-26 21:29:26.057215+00');
INSERT INTO public.data_key VALUES ('0342b179-0ee2-4fc8-8514-d8c418364e53', 'record', 'default', '2026-11-26', '\x0101e4d1b1d86ab0f6ee016fd0923edf807d6fd68374fc3ef7036d91b1334a05600123776b35d1b77d160235e29ac29d3fe991d9b10092fe3a05533387e8f93f4805f1c24c26f9147c7fae384a4ccf1449a7bdb71aa4f89e92fb622ec22d7469e4d7885a8b02cf6143d10cc233c6be7c78ec3b0aaefe66cb46d05b8981f5ed9868cd2afa742c1ccb2ccbeeea2f07912dd22aacd9881bd026a9a7a2c3ab354165cbe4dbe74d06daa253a54ca88309cb2c34915a8babbc2bca2379d25dc28c', NULL, 1, 'e4d1b1d86ab0f6ee016fd0923edf807d', NULL, '2026-11-26 21:29:26.136958+00');
INSERT INTO public.data_key VALUES ('c47a9cf7-f267-4859-bd81-a09cfdbb13ef', 'vault', 'default', '0', '\x0101e4d1b1d86ab0f6ee016fd0923edf807dfe9cde80545bd14ea1d6d7f954875d15450eb62113fcaebc7ac51ff2699c4d9e0da588bf4160fbc668bca4c18ead20c9ce78c7f1893dd32b464504ee11fe428ed2f3ed72525dafc54c3cad4858a2894bb6ac8f87dc4f4a7c44932c8c3bcd74d10234f3e134668f43e8871f9ad54b8d3a7258fae4cbc28cd7f803947d37b8944cf7e646f706c7982634617c83c41feffb8d7e60c59d895f2285037052123f3b610277f209f8025952b389a56b', NULL, 1, 'e4d1b1d86ab0f6ee016fd0923edf807d', NULL, '2026-11-26 21:29:26.142606+00');
INSERT INTO public.gateway_key VALUES ('pdkhvg4q00s7t1kr', '\x4917fae89c11a148eb8ca40dd21b161164e051773bb3b7355336d6fe0629e2eb', 'default', 'default', false, NULL, NULL, '2026-11-26 21:29:23.420472+00', '2026-11-26 21:29:26.191916+00', NULL);
INSERT INTO public.installation VALUES (1, 'e4d1b1d86ab0f6ee016fd0923edf807d', '\x0101e4d1b1d86ab0f6ee016fd0923edf807dd8e2a9512a2ceffa85ca7f6b1fab861a013d664dbd2979a8cb2beb968299cea5a24d9e89fdaa7864c3ce0e43b2b9157161707d965362a0e377f00d1ddaea23b5b49c2b6120ee9d00cb711504e6c42c5e77f288c47f6e78895bb922a2be3947698a746c53224704152bd8ec6395b6d101f350e89fbb80fc58d78b5547b8e177cc1181ee8da21af19c3cbf30bcec4baa458b6693ed1af311ff1c90a2bcda27dfcd78ea6291ca58097ef667d9a3', '2026-11-26 21:29:23.379432+00', NULL);
INSERT INTO public.kek VALUES ('e4d1b1d86ab0f6ee016fd0923edf807d', '2026-11-26 21:29:23.379432+00', NULL);
INSERT INTO public.leaf VALUES ('', 0, '01a219c3-5d39-7662-aa4c-b954616bd30c', '\x9d3915e9c4ddffde9339f576321c9ae6ac57ff7d3d1ad191779bf760f05b6486', '2026-11-26 21:29:23.513813+00');
INSERT INTO public.leaf VALUES ('', 1, '01a219c3-66d9-7a8b-8d14-8ed13044dc8e', '\x69083b9611ef051cc3cf53b1b17e3e14e2586b778d6d1ceacc727fbe8ce078ff', '2026-11-26 21:29:25.977733+00');
INSERT INTO public.leaf VALUES ('', 2, '01a219c3-66f2-7755-b9f2-f17716bea5e1', '\x38f4b4939ce6cb1f0834942eacf0b9002ec5f7951cfc2913c903b95d77cd2e1a', '2026-11-26 21:29:26.002533+00');
INSERT INTO public.leaf VALUES ('default', 0, '01a219c3-6733-7fef-9541-40b8b7a207aa', '\xe8f3a2a26f88d9a713f259be653d67d6aa9b71f163f2a4cba5461593f2a003d0', '2026-11-26 21:29:26.067755+00');
INSERT INTO public.leaf VALUES ('default', 1, '01a219c3-673c-719e-acde-2b4805d5b7e4', '\x784b8deb71c513431216a41ee3cba7524dcd660a54d130854d82a6d23f44c583', '2026-11-26 21:29:26.076951+00');
INSERT INTO public.leaf VALUES ('default', 2, '01a219c3-6791-76ac-9324-0935dc02ff20', '\x13b6afb55b8e321afde3316e00474aa04ae4397ca62eace5066a6e1bec352e99', '2026-11-26 21:29:26.161741+00');
INSERT INTO public.leaf VALUES ('default', 3, '01a219c3-67af-77cd-8869-e12a81316f76', '\x8e5c90cef9720424089a349438597c3ee884615012b5b82c66378c1c28094db9', '2026-11-26 21:29:26.191916+00');
INSERT INTO public.leaf VALUES ('default', 4, '01a219c3-67c6-7eba-be07-5053d51deffd', '\x82a86dbea0eed6a554eaf139e5c68c826e1bce17cf2fbb16c018429560a68143', '2026-11-26 21:29:26.214305+00');
INSERT INTO public.node VALUES ('*', 0, 0, '\xc024344d516b62a43af5fc05b98ae9445eb5c451ad8182d3809b7e66b8ee73a2');
INSERT INTO public.node VALUES ('*', 0, 1, '\xcc9b26e410a9c893815a4b751aed663503c02deb84c68b94da796d7f6be404bc');
INSERT INTO public.policy VALUES ('default', 'e13fcf6e483c436b', 1, '\x0101f46c7d1c1f06468a821b94a516e235ba37975ddfd06f9dfd7bd79b327539cc5b4ce78bdd62e2b70b9b2bd29908d99cb604a5bdfe67eebac6056a0ab694ec1318cedba075d5b5e2f5213d23a865f5f505eff6f3df8dce16a0e8dafe93a52c362c1947b777fa4777bc3c96677e1c3d64b1153e28d727f4370ee43a833d07ed4cc8d680d5def5b01c41b11c62a6d5d5436a5c4985660d85b7da9b2e49eb06687840cb7a625e93b10b345c179f0e524c2f99586ecc4c38c73ad8290a7bfb509450aa4db115976131792caf1ff2c8e8d4fbd26cccd98d853c8fd664848d07d0f9154cbe40a042dc8faca7b40a3a91251e85e14d5d21f3b748ee2dd6f8d898806daa3d2a7e5fe3e9a6148b2281d620b63e7ea8f0644af4d5f8b0738cefdaf4badbb666b05fb89300bc5d3e22b505f639852765f71e856e0d6f98fadb36b02a3363472201cd3b1eb13ae3fe8ca3fbdc7386893528d0091300f078d801eb8140a185fa0d7cce62895475893cb8478489008fb56e1a461e70576046d2725404b64bfd10568fb5493e56ef613c8256fcdef8f7751c1919e61df9e5cb9dcab3850a2cc310ccc9510a070df183cc697c036ef8160c', '2026-11-26 21:29:23.420472+00');
INSERT INTO public.policy VALUES ('default', '81c7f2d851ebe272', 2, '\x0101f46c7d1c1f06468a821b94a516e235ba88d49f47c93c0bcb66c267ed89c59e58aacf4405b174f357dc36275d4cd7bf52a0f318b88a9674a3e12204d69ef83d3173dff6ff9e7b41729e64cfea4779cc3b975e63aa723e05fc1bf6c0c8b991775bfdb82c7968f12dcd6aca44dc5457f537dfc584d65bd8e15da7d23e66eb3188ce0c71c020f8ed2945b4ef16c272cbf10832aef41c50d1cad639bf18b0dfe34dc4ecb47aca8b1a8818e4cc85728b1689159f0709d1f99c9549649586709ea177c3a27f5753b92cde1cfe720a28f9c086b84e7bea475b2ea9d18bfbd1bac9e83e97f8ca79acb21263a0a7dd4b2b925686409ccfcc1563e86759e61512a77605820c18286561591d9ba801e232c17b0870d38d70119865425026899952e82b1c25bd40d9b93a6c88698a6b42e4c67eb207dd07cac31d2ec8824b6c639db1a95130d62dc9c625eb3d44463e52367432108885a07864283774d2831da12a9dc9e5255ede877a397e609cf1181e35094164364d03a96f034be2ae2bea86faae62985d41d0b3b59e27325e2be1e131f87f0bace16c74faa93ffa3181ab3d82ee77cc0162d0c109d2d7ce77a1a947fa4a80f2da75b82013e2f77cc1260a2986270e161dade191a67f72b9490ee17770ed1ca20c06f061d5e2bbbbdc89d3104589', '2026-11-26 21:29:26.057215+00');
INSERT INTO public.project VALUES ('default', 'default', '2026-11-26 21:29:23.420472+00');
INSERT INTO public.provider VALUES ('openai', 'openai', 'http://127.0.0.1:35805/v1', '\x0101e76302a90b4345c7a0fe8a593f1efecebaa0453c4463a4c08e87f89f096d6262a535743ed76c3e4882b723a974deb3fbb9d33cdb1ee729fe5e737718ff990826e1857624dcbf5c333b96b307335a5c16a9cffe32d6a9e72e047394d8b80a4ad5f56349aea407f13856a0f7bb0ce9e9e0dc9a1ab95d449a6590a89406f705f06afdd74733918b1fdc9d766ca0126a80b47fc96528605750d3999dba928ef2d758d0c8f2f6362af628515b12', true, '{}', '2026-11-26 21:29:23.420472+00', '2026-11-26 21:29:25.97701+00');
INSERT INTO public.provider VALUES ('anthropic', 'anthropic', 'http://127.0.0.1:35805', '\x0101e76302a90b4345c7a0fe8a593f1efece4cb70cc7ca682aad4eefcd1399cc5142957723c157bbfb9022da98d7bceb5159e980116dc5d54f16375234748a2af9ff3f8c8b712e4e0628142eee63fc5dec6c7064bf00a10c4003e1b4eb5c89fbbcdb9b8e542fc58e60f61561e9ee7c0ad72fff0839e8d58f245c199b3bdd19e464822862b30c974fbdcbcd328995f8c6c40af907b44fe0822cf44e845ffb5e080dc5b70b4f8f4db9f74fc374ec', true, '{}', '2026-11-26 21:29:23.420472+00', '2026-11-26 21:29:26.001509+00');
INSERT INTO public.record_20261126 VALUES ('', '01a219c3-5d39-7662-aa4c-b954616bd30c', '01a219c3-5d39-7662-aa4c-b954616bd30c', 'admin', '2026-11-26 21:29:23.513813+00', 'hushgate', NULL, NULL, NULL, NULL, NULL, NULL, 'install', '{}', '\x01014cc53bcd9bac4428bd07459628c7d02551c94c39c993d95fa8caff6046ba45ced47f0cb5e840c078f893bfc76a57ba33702dfc4140cdee3a479b99d5b93dceed5ef4a0e4da34d395ef7c7643008617c1d6a20e65a644caa6d152068a22534dc50d6d38694910e74565a7cf71d84103f0c3162e0a5855384db6b275d049d1cdb6bbfce14950ac12f702d255d99bba79fea4aad7885d41518c1b36234c3e3f6dc51f043d6b2d07f338c9ea01817a4dec14b987c7bc4627ece71316596f2ca27c208cff655acb5370f587a5774888f1d1e26ecb47e5e62cd3c84448e7d21aaee1e026aa09aecf13242ceb45ccce8e96f81cfbd991c34e79c5cdd4de49ab61b6f5df3e52a116280b78281f90bd9a02b8686ffd26c9ff272a4e788b7c0777f7e9af01e58edd7d3887226b65e8a1de64b880d3594e4e51765c', '\x9d3915e9c4ddffde9339f576321c9ae6ac57ff7d3d1ad191779bf760f05b6486');
INSERT INTO public.record_20261126 VALUES ('', '01a219c3-66d9-7a8b-8d14-8ed13044dc8e', '01a219c3-66d9-7a8b-8d14-8ed13044dc8e', 'admin', '2026-11-26 21:29:25.977733+00', 'napqrz1n2dg6j4rm', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x01014cc53bcd9bac4428bd07459628c7d02506ae4bba3ade78a2f73ae9be4adcadd361034627811e780c9407a024e00d61c759006d6395d915bddc75fa3b0cccc12a784a15c73252372dce1edf969c77d5f6326c447a07f7f6c9f8a067dafe453d07800eba8a36db48f77bfb77a14acdf45907a580d153ec630175b62c2309339d7da0aed44616009c73294f01ae9f9bb62edf6d97ffcd9ac48cd6f93b314a380fd1a59d8208a9e05dca997b98333b892ae054cc70a02ab465b622b4ecc5876824c857364ddcdd5edce8b2fedecf43fd613162be11d145372f0844f107760e5efe0855b9e96bbcba1bba60f23591c3b2fd11935c29a979a73651dca321815315b065129e3cbf126c0b3329cc17c9f76f932f783ccf1ea3537948ac58ed9a13c570d38f325ecbedbe48dd7b308fcc100052353249af4a218d85111fb386a116a8ff107fd42c238ff3835dc363620139d7', '\x69083b9611ef051cc3cf53b1b17e3e14e2586b778d6d1ceacc727fbe8ce078ff');
INSERT INTO public.record_20261126 VALUES ('', '01a219c3-66f2-7755-b9f2-f17716bea5e1', '01a219c3-66f2-7755-b9f2-f17716bea5e1', 'admin', '2026-11-26 21:29:26.002533+00', 'napqrz1n2dg6j4rm', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x01014cc53bcd9bac4428bd07459628c7d025a65bb05c50617df0b80329f790aa7348ccd701d8d1984d7ff37fb8609df7f2305e89f65990d1b9290f20cf83b10da5f733130f1dd15236ae09d33a89a5055cbd45d6001676b26a1238a3983327d7ca045a308de67de5a4c8c9daf937df30b42631104e0f8316c457c8e2900a2bee07ecc1693af711255e375a860b0fe3ed9dc485eb75efbcde441175d9f293a313a955a3fdee9768f9ba8a0d161a5b05314e5c98d867d2c8ee7a3a6640ab73b5e207a590a19a28515165a2e7265d6234b02ebd39d97f1bb7ef3bac4bd55a7e6802ab672043564d88eaec5fc3174123a092e4562f202e4fcfe1033d03ead974c45c5e356aa0be7838c08f74301f09e7ff48f615374f81ac0c07466ec2cbe83a173b13cf87a827c161c820991ae929ad659955f090e81c9d7bdad06ff298949a86ef66447275c417911e7fac2c4bd283311f3d9168', '\x38f4b4939ce6cb1f0834942eacf0b9002ec5f7951cfc2913c903b95d77cd2e1a');
INSERT INTO public.record_20261126 VALUES ('default', '01a219c3-6733-7fef-9541-40b8b7a207aa', '01a219c3-6733-7fef-9541-40b8b7a207aa', 'admin', '2026-11-26 21:29:26.067755+00', 'napqrz1n2dg6j4rm', NULL, NULL, NULL, NULL, NULL, NULL, 'policy.set', '{}', '\x010169de3a0ec4c043f2882aa6f0b8e87581585a59da7cb6cbcc2e64ca77687cd1da198c92950a1cb31601f65ac77cf07bc934630bb4aba37a99a5c9a352e621ba1070b273d116b73c1022dc581949d8326f4bbdceec8f4632d2fda2668641f5b5c6906834d47076c792ea46a0904438157caba3dcebf6e3163527aaed7a4f2af2c64f8bc5a80b319770ebe884780bdb89b610ebd592a53133bfd9233b5f475aba441bcb934eba65c7028f76c5a71563f0d51591bd55dc717750b992d3fdead0fe58ff8d48843e72f19471edd309526509564309a8bf4e64dfcc59e1aebf4c6a70a1d5a74c3cf29d09244080c9159879edd72e076f46f321d209d12547bc4a80dafb390fa8c7168f32560b2c026f3554dd0887fc246b4e56acc02873b7e4bb7f7aa40a2e3a5b2cd51403e2730089005a562a1909d0e20413', '\xe8f3a2a26f88d9a713f259be653d67d6aa9b71f163f2a4cba5461593f2a003d0');
INSERT INTO public.record_20261126 VALUES ('default', '01a219c3-673c-719e-acde-2b4805d5b7e4', '01a219c3-673c-731b-b438-45764b23101c', 'intent', '2026-11-26 21:29:26.076951+00', 'default', NULL, 'openai', 'chat.completions', 'm-ikjbbpdrlgpmtxhf', 'openai', '81c7f2d851ebe272', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x01010342b1790ee24fc88514d8c418364e534fea7a66df5dc62df023558d941dd8c2c7fc36966b11a470cd6070a35ec0b068a6fde30ba19dde3c89be394b7b9f73db5bbd9e33bf29172f8b0501a0a7ce255cf515648035e296940621218bbe42acaea3cb8dc08ee34760fea1e92ddee55a9892781de956779f934c542904f6fa01723339774c4fcc8c236297e33234a96279e5424ea65177590ec1476ddc91dc6f37ae7be5ade9bafac7fcd5e516c9fed44da8e56e3b1a910f7f708db9f0a9d437774d9d21550625de3bbbe4145cc6c73d35818bffef1e2264abee8d5e417a36b1ea2edb1b7edabc1e40183dc2432e3415d778dd2c9f31a5d0ad3950e466b3d62e94bec4e290316cf8aa428fa46406a0439035c32a47d21cafc1d72cada8d91d2f9d8d64bc667a7f375bd891e0566c903f1dbe8dc3d94d10c96cfbd8f8ef5a174d1a4dd8', '\x784b8deb71c513431216a41ee3cba7524dcd660a54d130854d82a6d23f44c583');
INSERT INTO public.record_20261126 VALUES ('default', '01a219c3-6791-76ac-9324-0935dc02ff20', '01a219c3-673c-731b-b438-45764b23101c', 'completion', '2026-11-26 21:29:26.161741+00', 'default', NULL, 'openai', 'chat.completions', 'm-ikjbbpdrlgpmtxhf', 'openai', '81c7f2d851ebe272', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x01010342b1790ee24fc88514d8c418364e53c9ec573d07c7de01121a39a5f5feb3506ea5877064bc30994589510726c3875b368b906201d11785a3b905b3a436cadb1af0ca575db8b123088f41d2a84b61f0a2f4632945429eedc5e6aaee649d96a3ccac590b5a265136c7f727a2a651fb45529b35613f31b09b0320128a162253b8c11df7f7832f23cc9187fdee62ec9649e475268c2fd943162b6229109a2daa26e5dfab46f662e26a0a970eb02d9e1c816007fde94019f05935f68a74b3518e364b82420e02641e0d478ba6e2565024762aba1889056973c61306529e37d751f0da6762411abf886d6ad84f7c00c0fa78a0', '\x13b6afb55b8e321afde3316e00474aa04ae4397ca62eace5066a6e1bec352e99');
INSERT INTO public.record_20261126 VALUES ('default', '01a219c3-67af-77cd-8869-e12a81316f76', '01a219c3-67af-771c-97fe-d0de4b23101c', 'intent', '2026-11-26 21:29:26.191916+00', 'default', NULL, 'anthropic', 'messages', 'm-tneudvqvbnhsiixv', 'anthropic', '81c7f2d851ebe272', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x01010342b1790ee24fc88514d8c418364e53f5c0222955e0fa65d00e749c4f05dba0fc15c3ff27117aa5e0e332ef0a82772ef5d7e9019a029e1815ab7938ef1193208af71feaa6376da7fe12b2dca1b4120bafdb0f54c818bdaad95f71a76f2f8c3f1e88720da86756542a2934c2d2f6a73ebda39cef0313463240170ec818982b34de0442c93828d3ea4eec750a25108d56ba703af6848e93b4a2c391d23c5f37c8309998c4e74a98079dcbf82b66b6e8ec8ef43a139edac42c27f9b9bb8dbabed287fc3f23a17ed31decb91edc6093228073c38323c069a78c94e4f991466938f63fd4298add163c6029c311897d009003f527f5ddeac48b1d4133d09cd25a6c5a484f92678dccf88be7f31a8f299b00ae14f640bc93226df461b592d06e47302e94c44d60e8fb79a6f8b8d8ed062759c6c218e4894c96c86d92af4b3681490f9b45e4', '\x8e5c90cef9720424089a349438597c3ee884615012b5b82c66378c1c28094db9');
INSERT INTO public.record_20261126 VALUES ('default', '01a219c3-67c6-7eba-be07-5053d51deffd', '01a219c3-67af-771c-97fe-d0de4b23101c', 'completion', '2026-11-26 21:29:26.214305+00', 'default', NULL, 'anthropic', 'messages', 'm-tneudvqvbnhsiixv', 'anthropic', '81c7f2d851ebe272', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x01010342b1790ee24fc88514d8c418364e534d15a1c2460b677544e601edcca06f9e6cffba5e9d40c01a34e3f35cec253d33c602eea91784c18e625bf55ebd736694c573989fa3742598268118c71f4730f5e3e63b5dc894958b8bccee3c6e575dec8f5f517362b99ca9520f6955dcc92b8da747a20f27deb8f2469510c3a57df94cdb198ef37f336f5384d5a5e3e72eb635b455b9b12ddebe6fb43e4cfc47dca0b69f6e10b4f347ffab3d2c560f911d84d9c3792fc976f013b1ddb0462d58ca95e3bbc6fbc0d1086715ff65441872cf71d263faa48b8f6281773e7ccec4246930fcd0d975ba8a2047ff4fd7a3944f93089349', '\x82a86dbea0eed6a554eaf139e5c68c826e1bce17cf2fbb16c018429560a68143');
INSERT INTO public.restore_right VALUES ('default', 'CREDIT_CARD_PP2Y5C5NE9', 'default', '\x', 'default');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_KXF2Q9AZ4N', 'default', '\x', 'default');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_RC7JHCJ00K', 'default', '\x', 'default');
INSERT INTO public.signing_key VALUES (1, '\x05c8e97c79621ecb2967f25971c9f7caed291656e5a30da20b26bdd117e35fbe', '2026-11-26 21:29:25.684388+00', NULL);
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'CREDIT_CARD_PP2Y5C5NE9', 'c47a9cf7-f267-4859-bd81-a09cfdbb13ef', '\x0101c47a9cf7f2674859bd81a09cfdbb13effd3e8c659757efd9f2c59cd1b8728ac574e47ee6842fb59cac5e8dea980f84c6515cc4e0440cf94577cb7a723cc12cfa62db5a80df239deb0c974785db6da128ee9a48347aec409354347b1f8b956cbae15a4286f61135f69591a5f5dc2182fddd2069c76cfa7f3d129765b72a380f8207731f3fa2868b908346c22d67397de4ebba625409471edff4f5c4540d3fc80e58372b4c010e8dd4ef5b78c85ed42906f8227d7e6c5958765111', '2126-11-02 21:29:26.076951+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_KXF2Q9AZ4N', 'c47a9cf7-f267-4859-bd81-a09cfdbb13ef', '\x0101c47a9cf7f2674859bd81a09cfdbb13ef94bb10aa86a09060cd633f78f94c3a6d3da9aa8e760c4fa70c45ca1eb2ce989c2a1e23e72b812713541b0be00a8ad4220a56eea60d6d1117cf7588c3c0da46b395f7bd60bf27d61e7ae5892e4ddeaf826d3c5420196db2acac564890da329e61776380dc3e0b7f93494122e2a49613ca8294a6abda0d22eab3ad2b1049d66bd238845adbff2ec7dbe71f17428fa223032d190b7ffcb6a684163d6a2d72165cbb90448654469426909c69b7b7d01f4e', '2126-11-02 21:29:26.076951+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_RC7JHCJ00K', 'c47a9cf7-f267-4859-bd81-a09cfdbb13ef', '\x0101c47a9cf7f2674859bd81a09cfdbb13ef0dd20486e87cc2055e52a2e13b59e1b00937ac0bfbaf5b0808faa5342d48f1037acbb9e9bd37795fe3678fa7b9a288d72e04a93d88c222aa79991351f8c271a80a8d95b59463d8fbea0cc712e9fc01051b8c9a5ca8d735262742acb509984e805223b6f2aa0d942a748e17353560f0b071a5a92bedbb9e5c13566c68fa2f8392ae8ccba344793ee6e75f8b374d68a9ae8ca06988e82084db8f8bed245e622f418b3f491e56eba681406ba7e558fc66d6eda5', '2126-11-02 21:29:26.191916+00');
INSERT INTO public.team VALUES ('default', '2026-11-26 21:29:23.420472+00', NULL);
SELECT pg_catalog.setval('public.installation_id_seq', 1, false);
SELECT pg_catalog.setval('public.pending_id_seq', 8, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.admin_key
    ADD CONSTRAINT pk_admin_key PRIMARY KEY (id);
ALTER TABLE ONLY public.checkpoint
    ADD CONSTRAINT pk_checkpoint PRIMARY KEY (team, size);
ALTER TABLE ONLY public.client
    ADD CONSTRAINT pk_client PRIMARY KEY (team, name);
ALTER TABLE ONLY public.cosignature
    ADD CONSTRAINT pk_cosignature PRIMARY KEY (size, witness);
ALTER TABLE ONLY public.data_key
    ADD CONSTRAINT pk_data_key PRIMARY KEY (id);
ALTER TABLE ONLY public.gateway_key
    ADD CONSTRAINT pk_gateway_key PRIMARY KEY (id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT pk_hold PRIMARY KEY (id);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT pk_idempotency PRIMARY KEY (actor, key);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT pk_installation PRIMARY KEY (id);
ALTER TABLE ONLY public.kek
    ADD CONSTRAINT pk_kek PRIMARY KEY (fingerprint);
ALTER TABLE ONLY public.leaf
    ADD CONSTRAINT pk_leaf PRIMARY KEY (team, index);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT pk_lease PRIMARY KEY (instance);
ALTER TABLE ONLY public.node
    ADD CONSTRAINT pk_node PRIMARY KEY (team, level, index);
ALTER TABLE ONLY public.pending
    ADD CONSTRAINT pk_pending PRIMARY KEY (id);
ALTER TABLE ONLY public.policy
    ADD CONSTRAINT pk_policy PRIMARY KEY (team, serial);
ALTER TABLE ONLY public.project
    ADD CONSTRAINT pk_project PRIMARY KEY (team, name);
ALTER TABLE ONLY public.provider
    ADD CONSTRAINT pk_provider PRIMARY KEY (name);
ALTER TABLE ONLY public.record
    ADD CONSTRAINT pk_record PRIMARY KEY (id, at);
ALTER TABLE ONLY public.restore_right
    ADD CONSTRAINT pk_restore_right PRIMARY KEY (team, surrogate, client, user_index);
ALTER TABLE ONLY public.retention
    ADD CONSTRAINT pk_retention PRIMARY KEY (team, class);
ALTER TABLE ONLY public.signed_block
    ADD CONSTRAINT pk_signed_block PRIMARY KEY (team, digest);
ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT pk_signing_key PRIMARY KEY (version);
ALTER TABLE ONLY public.surrogate
    ADD CONSTRAINT pk_surrogate PRIMARY KEY (team, text);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT pk_team PRIMARY KEY (name);
ALTER TABLE ONLY public.record_20261126
    ADD CONSTRAINT record_20261126_pkey PRIMARY KEY (id, at);
ALTER TABLE ONLY public.checkpoint
    ADD CONSTRAINT uq_checkpoint_entry UNIQUE (entry);
ALTER TABLE ONLY public.data_key
    ADD CONSTRAINT uq_data_key_purpose UNIQUE (purpose, owner, epoch, version);
ALTER TABLE ONLY public.leaf
    ADD CONSTRAINT uq_leaf_record UNIQUE (record);
CREATE INDEX ix_data_key_kek ON public.data_key USING btree (kek);
CREATE INDEX ix_hold_team ON public.hold USING btree (team);
CREATE INDEX ix_idempotency_expires ON public.idempotency USING btree (expires);
CREATE INDEX ix_leaf_team_at ON public.leaf USING btree (team, at);
CREATE INDEX ix_record_exchange ON ONLY public.record USING btree (exchange);
CREATE INDEX ix_record_team_at ON ONLY public.record USING btree (team, at);
CREATE INDEX ix_surrogate_data_key ON public.surrogate USING btree (data_key);
CREATE INDEX ix_surrogate_expires ON public.surrogate USING btree (expires);
CREATE INDEX record_20261126_exchange_idx ON public.record_20261126 USING btree (exchange);
CREATE INDEX record_20261126_team_at_idx ON public.record_20261126 USING btree (team, at);
ALTER INDEX public.ix_record_exchange ATTACH PARTITION public.record_20261126_exchange_idx;
ALTER INDEX public.pk_record ATTACH PARTITION public.record_20261126_pkey;
ALTER INDEX public.ix_record_team_at ATTACH PARTITION public.record_20261126_team_at_idx;
CREATE TRIGGER pending AFTER INSERT ON public.record REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION public.hushgate_pending();
ALTER TABLE ONLY public.client
    ADD CONSTRAINT fk_client_project FOREIGN KEY (team, project) REFERENCES public.project(team, name);
ALTER TABLE ONLY public.client
    ADD CONSTRAINT fk_client_team FOREIGN KEY (team) REFERENCES public.team(name);
ALTER TABLE ONLY public.gateway_key
    ADD CONSTRAINT fk_gateway_key_team FOREIGN KEY (team) REFERENCES public.team(name);
ALTER TABLE ONLY public.policy
    ADD CONSTRAINT fk_policy_team FOREIGN KEY (team) REFERENCES public.team(name);
ALTER TABLE ONLY public.project
    ADD CONSTRAINT fk_project_team FOREIGN KEY (team) REFERENCES public.team(name);
ALTER TABLE public.checkpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY directory ON public.checkpoint FOR SELECT TO hushgate_reader USING (((team)::text = '*'::text));
CREATE POLICY directory ON public.node FOR SELECT TO hushgate_reader USING (((team)::text = '*'::text));
CREATE POLICY grows ON public.checkpoint FOR INSERT TO hushgate_sequencer WITH CHECK (true);
CREATE POLICY grows ON public.leaf FOR INSERT TO hushgate_sequencer WITH CHECK (true);
CREATE POLICY grows ON public.node FOR INSERT TO hushgate_sequencer WITH CHECK (true);
ALTER TABLE public.leaf ENABLE ROW LEVEL SECURITY;
CREATE POLICY names ON public.surrogate FOR SELECT TO hushgate_writer USING (true);
ALTER TABLE public.node ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON public.checkpoint FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.leaf FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.node FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.record FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.restore_right FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.signed_block FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.surrogate FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
ALTER TABLE public.record ENABLE ROW LEVEL SECURITY;
CREATE POLICY renews ON public.surrogate FOR UPDATE TO hushgate_writer USING (true) WITH CHECK (true);
ALTER TABLE public.restore_right ENABLE ROW LEVEL SECURITY;
CREATE POLICY sequences ON public.checkpoint FOR SELECT TO hushgate_sequencer USING (true);
CREATE POLICY sequences ON public.leaf FOR SELECT TO hushgate_sequencer USING (true);
CREATE POLICY sequences ON public.node FOR SELECT TO hushgate_sequencer USING (true);
ALTER TABLE public.signed_block ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.surrogate ENABLE ROW LEVEL SECURITY;
CREATE POLICY writes ON public.record FOR INSERT TO hushgate_writer WITH CHECK (true);
CREATE POLICY writes ON public.restore_right FOR INSERT TO hushgate_writer WITH CHECK (true);
CREATE POLICY writes ON public.signed_block FOR INSERT TO hushgate_writer WITH CHECK (true);
CREATE POLICY writes ON public.surrogate FOR INSERT TO hushgate_writer WITH CHECK (true);
GRANT USAGE ON SCHEMA public TO hushgate_writer;
GRANT USAGE ON SCHEMA public TO hushgate_reader;
GRANT USAGE ON SCHEMA public TO hushgate_sequencer;
GRANT SELECT ON TABLE public.checkpoint TO hushgate_reader;
GRANT SELECT,INSERT ON TABLE public.checkpoint TO hushgate_sequencer;
GRANT SELECT ON TABLE public.cosignature TO hushgate_reader;
GRANT SELECT,INSERT ON TABLE public.cosignature TO hushgate_sequencer;
GRANT INSERT ON TABLE public.data_key TO hushgate_writer;
GRANT SELECT ON TABLE public.data_key TO hushgate_reader;
GRANT SELECT ON TABLE public.leaf TO hushgate_reader;
GRANT SELECT,INSERT ON TABLE public.leaf TO hushgate_sequencer;
GRANT SELECT ON TABLE public.node TO hushgate_reader;
GRANT SELECT,INSERT ON TABLE public.node TO hushgate_sequencer;
GRANT SELECT,DELETE ON TABLE public.pending TO hushgate_sequencer;
GRANT INSERT ON TABLE public.record TO hushgate_writer;
GRANT SELECT ON TABLE public.record TO hushgate_reader;
GRANT INSERT ON TABLE public.restore_right TO hushgate_writer;
GRANT SELECT ON TABLE public.restore_right TO hushgate_reader;
GRANT INSERT ON TABLE public.signed_block TO hushgate_writer;
GRANT SELECT ON TABLE public.signed_block TO hushgate_reader;
GRANT SELECT ON TABLE public.signing_key TO hushgate_reader;
GRANT INSERT ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT ON TABLE public.surrogate TO hushgate_reader;
GRANT SELECT(team) ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT(scope) ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT(epoch) ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT(text) ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT(expires),UPDATE(expires) ON TABLE public.surrogate TO hushgate_writer;
