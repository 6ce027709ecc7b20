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
    destroyed_at timestamp with time zone
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
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE SEQUENCE public.installation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.installation_id_seq OWNED BY public.installation.id;
CREATE TABLE public.leaf (
    team character varying NOT NULL,
    index bigint NOT NULL,
    record uuid NOT NULL,
    hash bytea NOT NULL,
    at timestamp with time zone NOT NULL
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
INSERT INTO public.admin_key VALUES ('n3qsxwqn1ydbvxyj', '\x8ad6fd1b79af22be2f0f00673bd5c0d316bc0335ff3ca17d7a195f716a788d99', 'first run', NULL, '2026-11-26 20:19:18.46573+00', 'owner', '{}', NULL, '2026-11-26 20:19:36.052976+00', NULL);
INSERT INTO public.alembic_version VALUES ('0004');
INSERT INTO public.checkpoint VALUES ('', 1, '\x6bc94ba7bf0e03ed3adcf173128c25c0b2a901c1b79686486142d622ba40f1b7', 'hushgate/44ec8f4486a822e4/installation
1
a8lLp78OA+063PFzEowlwLKpAcG3loZIYULWIrpA8bc=
— hushgate/44ec8f4486a822e4/installation lzZJrnG3mbf0e1g1Wv0KBP2/+Ke3ZSdCvbKdDK3DaM2wPH6YviZAWBosSldpDLjvZpjOZc513wdZdUnZ2JX1p6rp8QY=
', '2026-11-26 20:19:36.007017+00', 0);
INSERT INTO public.checkpoint VALUES ('*', 1, '\x6eeee01f3ea676b7f7c6699b70b6859a61f2e0bd29daabf39795be5303a4e28e', 'hushgate/44ec8f4486a822e4/directory
1
bu7gHz6mdrf3xmmbcLaFmmHy4L0p2qvzl5W+UwOk4o4=
— hushgate/44ec8f4486a822e4/directory r4rwRnd5PUqTa24dl73N0bl+vV1XzeUBR3Qi026cSauGuo38EyfI1ho0AIT89btPbB2wDO2UZk9urBuN1b9o/2/7ggM=
', '2026-11-26 20:19:36.007017+00', NULL);
INSERT INTO public.checkpoint VALUES ('default', 1, '\x0806ed57e926c71b04dfa78d629a70acbe3c13020b76b9df04be68182a6df613', 'hushgate/44ec8f4486a822e4/team/default
1
CAbtV+kmxxsE36eNYppwrL48EwILdrnfBL5oGCpt9hM=
— hushgate/44ec8f4486a822e4/team/default FzclNkKYnK5o/6z3BJrwsPi3ah31l9Q7jp560uP1A5j8kwl598IN6rcNcF4Y0DRR4Vij/U5HDufOZRBlWzRKFhbCDws=
', '2026-11-26 20:19:37.467329+00', 1);
INSERT INTO public.checkpoint VALUES ('*', 2, '\xd4c756b80f3ea411c0d294e076f299852f4d7ee18fa901aca2606aeae408c2c5', 'hushgate/44ec8f4486a822e4/directory
2
1MdWuA8+pBHA0pTgdvKZhS9NfuGPqQGsomBq6uQIwsU=
— hushgate/44ec8f4486a822e4/directory r4rwRqAfcXkiC4LsgdVG2ml568FkGsj4WGIBP7zKqR9XaeZZ0kzMVse7c18AKuJ8YKypB6BfAVRpXPx9SPkoY7xJDwg=
', '2026-11-26 20:19:37.467329+00', NULL);
INSERT INTO public.client VALUES ('default', 'default', 'default', '2026-11-26 20:19:18.46573+00', NULL);
INSERT INTO public.data_key VALUES ('b83be8a6-c3e4-481c-a15d-97ff67c59d93', 'policy', 'default', '', '\x0101b132b9f2909d4781c4ff88d5a7d97f3dd98c19dcde41b4dc1ef1c4d61b79193eb628e93d2bd1dd4790949aa19d80eb73ea5817fa43836a906a25864404f35bdf9a59618460b9a4b9d51caa6bb7c0af6548d2837a0146de0383d7c4304811115eb6a149fb5fb23c81346a75ff9eb842d829986ececf8323db717fdd1b35eedf2c8926d260cb0f79cc6fbfabed2962389837286c933801fb0c772e30e6cebb2f944aa15d37588ff7437f510d02508827eed236b37500f5af08f94a7ac7', NULL);
INSERT INTO public.data_key VALUES ('5607e919-8a66-4b79-8bc8-694f553a114e', 'record', '', '2026-11-26', '\x0101b132b9f2909d4781c4ff88d5a7d97f3d36913016b0b8cf9fbd941755037c9b3ac4a1a241f1cb475dd948f73b0cfc53d81a2a774354bb75a78ffdf572e5179bdc42e64a34836f8b2b64d50d4bd0a307d479d0516588b76878bd163f8c2d06adee13cbfc1dc36fe86fef57b7c8a7a63e4d8fa37b8815efef4a6d98f41cd79644f075e1674b9fd14c775d88f210d678f7941561889f4fddc7b391f16bdf2db5be048554d7193ae31f98f2993562b43d30f0f706581eac5e3fd6b93613ce', NULL);
INSERT INTO public.data_key VALUES ('82f6f14e-6c9d-44bd-a5ad-0b6823476b59', 'signing', '', '1', '\x0101b132b9f2909d4781c4ff88d5a7d97f3d8b80838c8519a8c810068a91cc35f1eddea9450b890240a85cbbd50e08d464ac450cd5abe66ca57e4a564caf2c5db3b1b52077087f111a47bd280d41bc34ac061c7454a345bc6355e194861010a585d9c5e62d9692f44140e7e91a089b88c6406106d6b03a4ef27b7a815c3548fbbf7747791fe200b2d7891c2bd994c81687b4622c38c81d4201785b3ab51c851ed550d6a7dbcbecf03ddb372c9f1c9002e49e9e0f7846ca8279fb8cb9243e', NULL);
INSERT INTO public.data_key VALUES ('d53ac38a-348e-42d1-8c4b-65dc45b7f7bd', 'provider', '', '', '\x0101b132b9f2909d4781c4ff88d5a7d97f3d444452ef3655605d2cfb42c8403e0a944cea36bacdda883c94042f06340ca6f04b0b2085c566b2852b4f9395ff21724bd1929106f6db204254e5fa3d15c45b319c30756d49b55b1b06b659fc91552905969b3570e00963da8f37cc4389c8ebd94f16b824c912601e2d569a3009f5a03eb01783923a9021b4f65d65bbe49fcdc0de1bbbd3ad74368032f5d4148569246179cd9d61d0748d214b3167135b5c4eb4c0f9ac8644469c3c7829049f', NULL);
INSERT INTO public.data_key VALUES ('350e2b8d-fe76-49dd-bb14-3fa79ff49fed', 'record', 'default', '2026-11-26', '\x0101b132b9f2909d4781c4ff88d5a7d97f3dd498700896679aec0b5c43041cada72459ce89467655987309f1841feaa969f8e077896416ab19d0780ca8f1183fd2ba5c0bffdebb1878332f51e626730e8d83b4ed7a87677fe871de82c8b13c113720a62b76aeeb1320afae97e6dd15f3e1bfa89340b141c6fe3bb5171ee18c9ea447fab54aca675ef53190ca1227859a0cfaccfdcf4e1bc58e0bc8b6213f27168bf63940754961f50d63ee7702bab356a7e6a879bb9aa69cb58a8b37c64b', NULL);
INSERT INTO public.data_key VALUES ('e294462a-48f2-4885-9750-79b2171e0ebe', 'vault', 'default', '0', '\x0101b132b9f2909d4781c4ff88d5a7d97f3d7e16060e1a78d4e02552adb8df96f225c2e4fc309dfb0942605ea9676175d676ff3ee9d9329f67616405291db45a0d52de63cec55359d7187467f05757eabc3fe0c3f24dc14910e25692deac477bf2e5ce786a5f3f3d8ded0ea35d01760ae8bf88fbdcf35235e81de2aa239425b5202ef3df3f32c982555f40b8ff86a0ef904b760532703e6661fd50fe51f0a119f5d281fdc80f3bee546810cb40dca2489bbb52298adfcbd7c81ef97913d6', NULL);
INSERT INTO public.gateway_key VALUES ('m6s6rpyhkpsaf15y', '\x42a88babec6345f8bd86d22e0753669956a9d052d4c5a97b6533323e2050bfc9', 'default', 'default', false, NULL, NULL, '2026-11-26 20:19:18.46573+00', '2026-11-26 20:19:37.995836+00', NULL);
INSERT INTO public.installation VALUES (1, 'b132b9f2909d4781c4ff88d5a7d97f3d', '\x0101b132b9f2909d4781c4ff88d5a7d97f3d993771aeead92777ea841ab3cbc63317fd5564f3c87d3ea63a435ac15b9dae38c1057959ff3da3abe9deee6048c2872b0da9701a82bf397bed249a0ef23d5640ff8e4ea947e1a5d0d5a9afa55167785a57df0f93e81c30f337a51d1f90fd258d399b11a37b539c557bcfda95c100000ed9514f6e68061aac8d9b1dc3d58cc5820c9deee9e06950c6bae290abc585564e0ae5cf772ed793466aa91f148599d6b14175aefbdd7f2c22328fccd1', '2026-11-26 20:19:18.405245+00');
INSERT INTO public.leaf VALUES ('', 0, '01a21983-33cd-7da6-a580-0067e05533a3', '\x6bc94ba7bf0e03ed3adcf173128c25c0b2a901c1b79686486142d622ba40f1b7', '2026-11-26 20:19:18.605522+00');
INSERT INTO public.leaf VALUES ('', 1, '01a21983-7a36-72b6-b2fd-039043b63f60', '\x8e637df46d372f81de439ac3053a6f12f6000bff1d3bdf998e01813109a9569f', '2026-11-26 20:19:36.630585+00');
INSERT INTO public.leaf VALUES ('', 2, '01a21983-7acb-7044-b55d-4d0d0c34464d', '\x5d4ae1fe72034d66db36e9e07910d86a819d9d3f7910d1dea83a481bb744eb40', '2026-11-26 20:19:36.779806+00');
INSERT INTO public.leaf VALUES ('default', 0, '01a21983-7c21-7648-8e1f-269c04e20a84', '\x0806ed57e926c71b04dfa78d629a70acbe3c13020b76b9df04be68182a6df613', '2026-11-26 20:19:37.121069+00');
INSERT INTO public.leaf VALUES ('default', 1, '01a21983-7c57-75b9-9c04-043a59d62201', '\xfb65ee6a3723f998a9a69bb19ecc54910a7c720ca588e6e373dbc66e66d9bf2b', '2026-11-26 20:19:37.175942+00');
INSERT INTO public.leaf VALUES ('default', 2, '01a21983-7e55-74d5-9fe6-8d0410425de7', '\xc60bed565347a1009297d37f9648500c9f308c95d3e461c33b1abbe61582bbce', '2026-11-26 20:19:37.685837+00');
INSERT INTO public.leaf VALUES ('default', 3, '01a21983-7f8b-7c44-a89d-862b3107dd42', '\xa8a6f01cc327a7ac5709db5d3196c0abd50c70ca05e9411022b0e8145353852c', '2026-11-26 20:19:37.995836+00');
INSERT INTO public.leaf VALUES ('default', 4, '01a21983-7fff-7e30-b4ba-5f90ffbd9987', '\xd960617ef4757ad95c84b392f80c13651171e3d7bf30716c6bec9a28e4822ea9', '2026-11-26 20:19:38.111157+00');
INSERT INTO public.node VALUES ('*', 0, 0, '\x6eeee01f3ea676b7f7c6699b70b6859a61f2e0bd29daabf39795be5303a4e28e');
INSERT INTO public.node VALUES ('*', 0, 1, '\xf51a80cf8e4b5f2691daa51497c6754c0de8b4c3849e6ce838aaef1992b945b8');
INSERT INTO public.policy VALUES ('default', '0f74c8b305c1dcfe', 1, '\x0101b83be8a6c3e4481ca15d97ff67c59d934f38052a14dfa6faad55c798477b7225a740da46da9e8c089437b52de80a217808da45b5723666dab6bc4063c36b11386b80eefff22c98572acc126021b3060e6c41daa1cc1f7779c63ef8d55142330b7e7b2c79a9a0cba911f647ef16e6bbb348feccd9f892f11ab94aae592189a7c07dced080524ee3a38caba58691ec9880417987e476bb057f489eadefdf5fc2bae6e77b8978b8fa029c4bfb7f687f5e5ff043d81e4715950feed62c5d18223873b9da09193114f7e9582ae571594a65af3c5982fe849ba87cfc501252f113b0a8ada8baa23a46b75217529a36d46c051b321120f751de46f89594518afc9f1a12ce859987310c47ad1ae2118acaf3f5fe29276a6986927a818a2e602d7aa20953ad4665e5c01e8b7bc6aec2ee42f011d15153c77aa7ac85439336f7e08c5718544b086a7f285d5093379172ab46240cdb62d5e9ded91bffc73ed77f82868e09d0f2ce69e2f743fad9ad4201d1aa924f2e579b1b9f77b7a80f5b7844e1c8036913af1f5083d396d50a0f2ed8008eb4ceeaa08f93b0bf332de2f28be027d3522d121be5f5840239c264a3d7434a02612d', '2026-11-26 20:19:18.46573+00');
INSERT INTO public.policy VALUES ('default', '4ceae9b84586324c', 2, '\x0101b83be8a6c3e4481ca15d97ff67c59d931cce94fc016a5b56c8c5d3350e471065b3ca4f3197a83bb689f71ef923c837d7cfb59cef83a1c31943719b98a8b924f10f50dc85d707406d9ac41bc92ff7bb15ffd9abefb582b931515abded9a4f56f0f6230389a451ffcc6b9abd07945990316ffe41f8783211836cf7bd68ae241b261b41316bf8b2a24135e9e7d8962e4067a7697e731611ee17a62c287aecbae45133f21c0ee5e38deb2a10e7075beee7a2a9a3e1a354c1f9e18cda1dc6cf897a0d7a9fbe86bd68817c451f5cbe8a93ebd4f4262fc57e917f7ba50cea39b0293c6b8a51afc658b5ef68da22b9723442aff9ec452c42ff09a573c1b9a59af7113eaf31d72d14ca806372d10b04b1b9bf4975cfaaa13451a5b8b433f0745b6b0da96d39b21a729cbe8538a84332f952f50f76de675b8b41fe9c01eb50e7edd29e9189da17d4b330844adeda646c00fcabe82fe982d85e3ac5386a8816044e47a3cace85b2a0f934f51b6ebad751a3bdc1bb357e3d806a2f0edf54c15e86f05c40dcad2086f28ee735eaae23462d754c0c373d1bf030a9ed930d4bcee2fa70c1a3c161bb5b166d68cbd837b60074ec855d2849772f96b523072ed28a4fc7fd4f1d7e2716253f57d8e543ac245063bf287f3a0ae1042215e95088260b4cc7a2', '2026-11-26 20:19:37.06675+00');
INSERT INTO public.project VALUES ('default', 'default', '2026-11-26 20:19:18.46573+00');
INSERT INTO public.provider VALUES ('openai', 'openai', 'http://127.0.0.1:41433/v1', '\x0101d53ac38a348e42d18c4b65dc45b7f7bdd877de0f2a1dad759d5a4a961a0b1040e8d9ec7bb56a513d4009b81a13e04f95db647e7baab6a5d0e3aa4273f163bd9ecc828f546b95eee2e4f5d08c935be6ff92a09e8b8f7da816606e49a6ddf9faa4640a5703aef1fa14fa5734c64b6a6e6d5b0efa545fc5628347afa6a9705caa8885e04ff33ded7089733a7f73b20cb3a81cf60d015d28a12d622e0487e9fd682109d7f80d2b0e7b61a2e7fb', true, '{}', '2026-11-26 20:19:18.46573+00', '2026-11-26 20:19:36.629973+00');
INSERT INTO public.provider VALUES ('anthropic', 'anthropic', 'http://127.0.0.1:41433', '\x0101d53ac38a348e42d18c4b65dc45b7f7bdc4b0f40606e8f9117fd4dce428bff148ffb57734f7d7bb23d00f15e2d53b9f721fbd87dfcb076b727471bf8bef7abe586b2c14d3dcffdf56af53b9e3b7d353531af47dee20c1e807370e8d91f35fc89d961451691ac2836eae87b0d9ed3af327f86d09268182838e6703b214cc5bd7cf70b907faeb9bbd25bf1051c9f6af502adc2270d00d2805ef266845d073c1046455709e827a1957a18ba2f6', true, '{}', '2026-11-26 20:19:18.46573+00', '2026-11-26 20:19:36.775608+00');
INSERT INTO public.record_20261126 VALUES ('', '01a21983-33cd-7da6-a580-0067e05533a3', '01a21983-33cd-7da6-a580-0067e05533a3', 'admin', '2026-11-26 20:19:18.605522+00', 'hushgate', NULL, NULL, NULL, NULL, NULL, NULL, 'install', '{}', '\x01015607e9198a664b798bc8694f553a114eba17b22745f5541fe58f1f6026b3fd863c8bed7c71688fcd1fac71e656415ee8f7c02e64215c708ae5e2a30aa7b3f4380106844ce832944828ddff5c55690d4a725f42dc7a1d68033a70395cb0bfc1e056d78a31910b435ab19c548ca36560b06d10829dc12402f412a69c6ac59cbf9bbb07480b5ac11c44fd8c7df6b2f5e440e595681c214da3ea9555ecb7e7b8c3ac6aeb74e58756d7ff65134bd89fe2ca0b6c5493a1ab0547de2b6ca9c763a3d3f82065a632182e6a65e0faa0ea38699b7d7c7db61f320f1059caa9fb687860511ec99c4a70d0a6661f405b7349c0ecb64877ddc52e5212c794468971eb9fbc1a93c75618b38583f1187d757d0041bb9318d38dda8b63e0a281ad6c66b790dc5f831c85274eff4d8562cde3e2dea4a35cb5ab3134883525', '\x6bc94ba7bf0e03ed3adcf173128c25c0b2a901c1b79686486142d622ba40f1b7');
INSERT INTO public.record_20261126 VALUES ('', '01a21983-7a36-72b6-b2fd-039043b63f60', '01a21983-7a36-72b6-b2fd-039043b63f60', 'admin', '2026-11-26 20:19:36.630585+00', 'n3qsxwqn1ydbvxyj', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x01015607e9198a664b798bc8694f553a114e38ca61690e2d2feca3e2c344106bfb65ac21695110a533a25080ea6a0a292abe7c18777f32e0880ef2c1611c5ceb185d48dec48e401dccc9a9ec57dc40a8f9ea9ec0b3bb22a9a79629f01eb72d1eecfeea1989a331870f72839c29d495449c2619404a8879f6aecb34946040176f4ff0c9deeaf307dcb4ee3117d922db4ad340b2d241dcf1a139fc94abb5318cf6de8beee1f7b15c68653ca1de8350b022820f4dcb4a450c85e57aacefe7f0e25275489dfdf1bf88a62ba05824b15469d004ba5d9974678c316d51191e6a87acaf3a86e6c866f9017b34336706e83e0d6a71d6afe9427eb3077f9a673753df792f1f6a100a2c4fa9c245aee2155ffa792343e5239329285856f86897f3a282f0f358601da5fff051f1cd1692d17d7811c757a5ef9e0f5f486c76e5397d591b8b13f2f8c7aec44abaee3ce3f49e40961296', '\x8e637df46d372f81de439ac3053a6f12f6000bff1d3bdf998e01813109a9569f');
INSERT INTO public.record_20261126 VALUES ('', '01a21983-7acb-7044-b55d-4d0d0c34464d', '01a21983-7acb-7044-b55d-4d0d0c34464d', 'admin', '2026-11-26 20:19:36.779806+00', 'n3qsxwqn1ydbvxyj', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x01015607e9198a664b798bc8694f553a114e4da3532f807e71dea5595c29441b13c63251b2057c97f968b64c4d987f3d373b1aca832082199256bc215b8ee41404ed2b23100817c0792e365e51515bed0ff5743f36e3092fb19a26179005248c52a2f8edf3b143fa529149458dca80d2492964d98aef2e830fe5c6cb0da23662df2cbe78d18d439d5823850dd619d019534ff14e0c2493ee65ff2f53d41f8f612d905273cee88a17d23cbdb1efde73ffea1d66b199614f6a95bbb1ac29fba91f0a174008a0fafef43bb8b6283abd55a49b46f0b77a1616b9c17981f1cebf9551ccaf6956dcb5ccefa5f0246d5dff56fe47cfe0cd15feff11f5a1eaa3f5cc46d2a22204846df7c16c6aa19b7318a3045729b1afa49a4d95be15a61e0a0d7d13036292eb7084beae5f66206721682880518e7b9d67656489a74a463bd3fea2867fb50d409cbbb148c36cfdc424a639c349fa71e8', '\x5d4ae1fe72034d66db36e9e07910d86a819d9d3f7910d1dea83a481bb744eb40');
INSERT INTO public.record_20261126 VALUES ('default', '01a21983-7c21-7648-8e1f-269c04e20a84', '01a21983-7c21-7648-8e1f-269c04e20a84', 'admin', '2026-11-26 20:19:37.121069+00', 'n3qsxwqn1ydbvxyj', NULL, NULL, NULL, NULL, NULL, NULL, 'policy.set', '{}', '\x0101350e2b8dfe7649ddbb143fa79ff49fed482803d86912bf66361635e0e2dd2eb892bb8ee434e6510f23ec2d84fcc340ee05c8e54a2a19bdfabb3500cdeef124360b3443c0f57e13577b4e5a6b69af55338c276235ae78617b0eb9b85f9bae389a7454d784ffa79bb81209595c3d3e45cac242a815d20d32fa6b0528b106efa8b2ac528e24f3c3f2cefb7a0ca3bf697e99505c37fcaa5ffde2999d46112361f144ccd2052538322d5ebe34f9240343b4deeda5bc2afca7dd8437195b91770090cb6bb8c804d50fdd7732c4b6611ea08b88cb828127733ca5728feb530eadc5f1475b6dce64ea1ee8cc708a319b6ac05a4072d8b907790c011f8bf4415fb89303a1c143b6bdeaa7037d5bff9e7e3c5ef5b369f1c7029d86fa641bafd69377574437e6e93468d9a061ab1041c3a225ce8506948b8907c159', '\x0806ed57e926c71b04dfa78d629a70acbe3c13020b76b9df04be68182a6df613');
INSERT INTO public.record_20261126 VALUES ('default', '01a21983-7c57-75b9-9c04-043a59d62201', '01a21983-7c57-7ac0-b78b-b3bd52cfd044', 'intent', '2026-11-26 20:19:37.175942+00', 'default', NULL, 'openai', 'chat.completions', 'm-hvjvfgounymttcus', 'openai', '4ceae9b84586324c', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x0101350e2b8dfe7649ddbb143fa79ff49fed56d01e2e398e6d3dec5efb86761ac10045cd714da2736aa05d933ca6a58bd3878b87ceef7928bd1fca4223f25c2c6651ebacd148c779f6813de2260619b6a42cea633be7f0033fe79092bda2c1fae9c40f4be24bcc80b16b23c821168ebf70d28598ab90090b08dde8f587f3f1877f2184482dee7213f617aca4d4d6b41381f485064d10fc54835766b4ad26611916b43e848692bc4e7af1dae728812199b70a42872772033bee7a3620f6b299d3b0f3742554c83fe8e7847d5da8e8bbe70aa81087f6b3314499c2a6367415992bf3170c2809539e27e6fde42c4cc30590725bf219c60c1393b24071e2414374c71274a6311edfb24f06cf8f300ec7a5f865e4d194c6056da7b0f625ea2f1667363d76d874439a74657e02d899fdaaafbc126c30a7d75d7681996e7aed10172e584af7afa1', '\xfb65ee6a3723f998a9a69bb19ecc54910a7c720ca588e6e373dbc66e66d9bf2b');
INSERT INTO public.record_20261126 VALUES ('default', '01a21983-7e55-74d5-9fe6-8d0410425de7', '01a21983-7c57-7ac0-b78b-b3bd52cfd044', 'completion', '2026-11-26 20:19:37.685837+00', 'default', NULL, 'openai', 'chat.completions', 'm-hvjvfgounymttcus', 'openai', '4ceae9b84586324c', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x0101350e2b8dfe7649ddbb143fa79ff49fed836163508fb82382f667a2984506794712a428e55eaffb9d4ed6716f2466116f99a8c45e4507aa4924bbef343fc03fdb7d0252ff132a74b814c6cb2eee8ea2d077e83e8ca0471b4ced58cee74056e9568253cd5cb48f9e15a35c0f9808ffc73dbd5480940a63c59f3202f1780e1b9223bafdf53b373173ae88cbdd42291e1b8b7ac76be88903aebdbe4660e35014a91f65fec393ee7bbb0ae696dbfbd0c6c78390f2c2d91ac3d094d0306a5ad48f3cfcc87dd3baa87590d97ec55d00e04f105c11aefbc1d732be4e787f134d7876f64beee91caa7c7901149c959d9d1cc6aee9213d', '\xc60bed565347a1009297d37f9648500c9f308c95d3e461c33b1abbe61582bbce');
INSERT INTO public.record_20261126 VALUES ('default', '01a21983-7f8b-7c44-a89d-862b3107dd42', '01a21983-7f8b-7336-bee6-54d052cfd044', 'intent', '2026-11-26 20:19:37.995836+00', 'default', NULL, 'anthropic', 'messages', 'm-msfrgdcsvegkrnpa', 'anthropic', '4ceae9b84586324c', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x0101350e2b8dfe7649ddbb143fa79ff49fed56badc174de55ac6337ec5dde1d19d04ba551128650a0a2c004d7eeb726c89292c4d99d6c48754eef59293abee4ffd790590721116245f74c64ed8164fcde574f5e912aeb437dc8a5d12ed18c82401696a323897cd6f4402e9f59581de69392484a10442bcce13bc53537df908674f5a4f8320846189bd6d1ff9e8d4b3e68d0660ffa82b341e1b61116572d905542a9f8da9d61ddae4b0b56d5f4fc7600704401c8765801a2f2d3fcd0b20ec935b0df7b8279751bcb9e5077472ef0acbbea518af7ccb8c59fe51e3ed32a21837ad593bfc7ce995f9a2591f539edfbaa195d2794e9a59c0412f586b6d4b7fc33d4efb39d6f91f1c38e8379dfe35fc127c63d66fb422ab6aa356deff10fa54f1831a4efc2ed90ab7facb102001e0541ef60748c69c4c8a229144509a96e6ad4a26902a12636d', '\xa8a6f01cc327a7ac5709db5d3196c0abd50c70ca05e9411022b0e8145353852c');
INSERT INTO public.record_20261126 VALUES ('default', '01a21983-7fff-7e30-b4ba-5f90ffbd9987', '01a21983-7f8b-7336-bee6-54d052cfd044', 'completion', '2026-11-26 20:19:38.111157+00', 'default', NULL, 'anthropic', 'messages', 'm-msfrgdcsvegkrnpa', 'anthropic', '4ceae9b84586324c', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x0101350e2b8dfe7649ddbb143fa79ff49feda64d46fbd42e11c1cc83aaa6974001a5a3f999acc99cb7906c21551616d8e5bdee82ad3cc66b361613bc99786ad774ef895d054a2544f6bb6d84e53b07524de143d5ae2eef4a3de6a8e1eb18f493dd30c3a66cd84ad1488209e12196a4e37f6cbd3d6194c51f969a43113ace0428b5b1a2f5b12bb8e0b510c4fafd5e473bedac184d010635f4d16c86decd4d48bbccf1909d9553cb1e8858152c765554f8c75070211438f2737582aff02c6d6276ba9c26ce77252a7fd82d7f50f420700eaf7ac1b405f2521ead84d28763140adfdee5242cc2f3e647106268d2c4a5d406897ba466', '\xd960617ef4757ad95c84b392f80c13651171e3d7bf30716c6bec9a28e4822ea9');
INSERT INTO public.restore_right VALUES ('default', 'CREDIT_CARD_GQ9WFAZDY1', 'default', '\x', 'default');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_X6PNFXSM06', 'default', '\x', 'default');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_9ZJ0DMWTDC', 'default', '\x', 'default');
INSERT INTO public.signing_key VALUES (1, '\x09c8723ebece713ecec06cb42cd9d076529ded95b09eeeea7c4c5fb5a3b1ecbc', '2026-11-26 20:19:34.898988+00', NULL);
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'CREDIT_CARD_GQ9WFAZDY1', 'e294462a-48f2-4885-9750-79b2171e0ebe', '\x0101e294462a48f24885975079b2171e0ebe93086f4e95968667f887aabbf6b31a5bd9b297e9ba66176c2f2f5e37bd871c33964d7525066f93399f424b51cd0950de698794e9212715fb71fa2e8dc5e7a66819beaeb88ec44918777201047f3079b961a0a1364c16c740b21400b64b7b6cd71ff3e9b9d9c74acefe32a1a0092b43701ab2f6733d3067450df7a4833ce6ad47646845333453f7ec002aab93502a4a22e096e96b999e99194a54d5f17703719c4eea7fb6a02768b763c8', '2126-11-02 20:19:37.175942+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_X6PNFXSM06', 'e294462a-48f2-4885-9750-79b2171e0ebe', '\x0101e294462a48f24885975079b2171e0ebe2a275140685bbe7f5936de8decf3142152cca0e36567dbb93605147efc16b2fe34d9b9c6442c275bfa8df3015fcd238fcce49da01cfd1bf7d84a365c4a59e1b01cbea5bf28ed92ebcc3b0cb94f1216decab1e2254a517686cad09558137620906b3a893535b63487b57aa00debffc129e72f7ec4d05556e2ded526587d2179ddbd864e8bfe90248a7c53e6e15d78cb840d854fd5ba22aaef05f22f9e0e5cc98270a6dbcfe015efeba3119dce6454ac', '2126-11-02 20:19:37.175942+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_9ZJ0DMWTDC', 'e294462a-48f2-4885-9750-79b2171e0ebe', '\x0101e294462a48f24885975079b2171e0ebe8abc6cd64bb92810db1965603bb2a6051e587839ccb8d2d54f15b7a45b2ff186295740d9b6411b38b0081d759f7e875cb808f911919953f5586ed1fc9cf97a6cab6c561d8823ac5eb3332b9bf792b488e9ffbb08add21fc1629e3acc777f5c14dc08e370b40ad5d9a785469f70cddb88e224d1dd79ae58ff962ba5d89dfd0a0dfb5a62e78f04af55553e8fdad832ea29db0ca9fe330034df27651a27161d5d6ddd0c4da404bfdfeea7a4c1b5acdfc4c77aaf', '2126-11-02 20:19:37.995836+00');
INSERT INTO public.team VALUES ('default', '2026-11-26 20:19:18.46573+00', NULL);
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
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT pk_idempotency PRIMARY KEY (actor, key);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT pk_installation PRIMARY KEY (id);
ALTER TABLE ONLY public.leaf
    ADD CONSTRAINT pk_leaf PRIMARY KEY (team, index);
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
    ADD CONSTRAINT uq_data_key_purpose UNIQUE (purpose, owner, epoch);
ALTER TABLE ONLY public.leaf
    ADD CONSTRAINT uq_leaf_record UNIQUE (record);
CREATE INDEX ix_idempotency_expires ON public.idempotency USING btree (expires);
CREATE INDEX ix_leaf_team_at ON public.leaf USING btree (team, at);
CREATE INDEX ix_record_exchange ON ONLY public.record USING btree (exchange);
CREATE INDEX ix_record_team_at ON ONLY public.record USING btree (team, at);
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
