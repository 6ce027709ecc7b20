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
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.client (
    team character varying NOT NULL,
    project character varying DEFAULT 'default'::character varying NOT NULL,
    name character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone
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
    hash bytea NOT NULL
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
INSERT INTO public.admin_key VALUES ('2j54bj95mhsz8190', '\x68c6b02e4d8188c1a9574394243d8ad3d86793002f564f61be9467371493f561', 'first run', NULL, '2026-11-26 19:24:59.641753+00', 'owner', '{}', NULL, '2026-11-26 19:25:02.000231+00', NULL);
INSERT INTO public.alembic_version VALUES ('0003');
INSERT INTO public.client VALUES ('default', 'default', 'default', '2026-11-26 19:24:59.641753+00', NULL);
INSERT INTO public.data_key VALUES ('6f67a701-3367-4b84-bc10-d3e6a3df0446', 'policy', 'default', '', '\x0101a23c20b81ee7f18c1954c780960095a770678eea6aef6c43436ebb04b649f1e2ce34a977d93786dfed08f4df120af1ef81629679189577cbe97f27796d9b10f5ee3cc84465b07bc8d5ffefbdf2dff0a18f31163304f749ea2c314613973520e9e31c4f2e8b45e8528a5c916d25ec9f441cd9a8b716618d801859ef6f2f872bbb5c407569bb8b779d66e6060d342bd70a62f53f3f44bcd1717885f81c7beebf81d4fc9ab5ad89199163ae54ee1855c79245871463e224e78fb22899ae', NULL);
INSERT INTO public.data_key VALUES ('ec2355b4-7900-4181-ad5c-ea92187c92d2', 'record', '', '2026-11-26', '\x0101a23c20b81ee7f18c1954c780960095a76e60cd8f4299a5da5330e59154bb70bb40dd1436c98dfcd99b10f7ec2e88f6c7147dfb3045bb4b18c5877f5157e3aa254268e4c5e102c6bfe6c9d72006ceb6e1be732433958c897d202a1d4219961518c20ddef1b1e2416d684290ed5eccfe35033a9438815adbe8c27568501a9526ef83d95436f0851c8ce43136193ece15d8b26646912df910dcaf872aa92528c91e9cae6bf2a11018ea0028579e09809db6494f01d60654f2fd8334c07d', NULL);
INSERT INTO public.data_key VALUES ('96a58a12-e4f3-4ffa-80c5-d28c94555aa7', 'provider', '', '', '\x0101a23c20b81ee7f18c1954c780960095a724008e863f3d3ad3b99a88a70b76df0480de6a5cbc5f2bb972bcb358c83859c14c0a4edfe19ca4df6738550bb046f476d94f22f56657fc22923cc6335a4c02ecd1290e3965dbe9bf2ad8db4edd50e737043c275f3b2c886cb5d34c471ce0b3d9cb378f08f68c8a5fc8b40c2793074bf235b7ba73799bcbf1be408510b4e7f5b9d086e4e2de4dcba935d85d0c231cca165741abf2d10079e00338e263664f0aff2a515fd502309f9c3309bb41', NULL);
INSERT INTO public.data_key VALUES ('219d4766-d8eb-4f82-9150-669d599e5fa6', 'record', 'default', '2026-11-26', '\x0101a23c20b81ee7f18c1954c780960095a7228264baa2fd73607f711fb85bc91b132c44c64fd2dd3b97d77dc5be12d3a25dd9f449497579c33f7056be1ac5087ce25157a57fa4d71ccb542c35ce40a7a5efd0206f23a3abe4acf9d8b4150f1d7e31d3870ed76f9cc9d32b4fb5b724e458c3b1ea6bac781458b149abe38557facff9c76c8348e219e0d7e4dfbf3ba529013b314c8ebb50b0404e30e669f9b104c67110e6cf30d6d559e99782e762a8ebd13e16db03f17eb41d124b58a176', NULL);
INSERT INTO public.data_key VALUES ('1b30b438-04c9-4edb-91fc-653d101f2196', 'vault', 'default', '0', '\x0101a23c20b81ee7f18c1954c780960095a7957800331710568a2fd1f5b5714a3bb68977d4693edc17a6da0925b1933bb6314af8cb9a3c13fdcd0b8e63241289908d63189bbbc9d55e408a7a908f556f1fb5975a7846fd799850f29c3a30dff6f193e938c3554dcfc527c7aa25db5105d84096f50fa28be6b20c8c227742639e35f4299da41bd7634a724ca759e3bd5b8d76a4fd104a1e763185c0bbb7a7134c04eb6ebe4cd2dd64932f9de5748650ca8e954e01ab4b526e0472bc3d74f2', NULL);
INSERT INTO public.gateway_key VALUES ('k566seegntnsqrzq', '\x93241d09eed90b5a5a6b4cc816032066721466b753d0a965b26dfac05ae44d82', 'default', 'default', false, NULL, NULL, '2026-11-26 19:24:59.641753+00', '2026-11-26 19:25:02.285151+00', NULL);
INSERT INTO public.installation VALUES (1, 'a23c20b81ee7f18c1954c780960095a7', '\x0101a23c20b81ee7f18c1954c780960095a7aca0d3229d73e6af45e4e41b85ac9955d31340ada7ebac425d0a8ef6d0faf85fdb1898ba96d35fd9047be48b37816bbff83a7945e21c3b6823304257e7caade09b142b7f5653f6347d85c1c4d18e43eb7390f15e4384d35160538a06b1017a9958929f9380bb5fe8aeeb3550b56933fbeb84a32b2ccd6ad4b4782c03360d8706c3c54a9820da52d65341c1dd855e1d0842af454ae78a2b02a7f178e463ec9eaa78399772f77a6b657bc73c08', '2026-11-26 19:24:59.616123+00');
INSERT INTO public.policy VALUES ('default', '560893dda948d19c', 1, '\x01016f67a70133674b84bc10d3e6a3df044696a56ebcf01454662c027d0e5ad22c90dfa4516598057b056c993c4ef9e6357796090662b6fdb1bd6a03a0248740a57da6e20385f6644ce5637953fa24438c049e583f3549232d7e9b6689c8751052ab4f529ce5b313d3ad9dc10fafc82112251f533f9b9a78f85c6b92df0fd0ac76741ff1e83985bed4e473f99c005394482b2b5be4cd44f3a4387c40b45429c63286716004f525bf5245fa6c10e298a3a6975436c529cf1f2020bb6ec8828db4a03ff79b7aef67ec18c92559c3dca49a7f1c1e6f3c27fcc3a2a878f0e70e8468a1b01c7c1200c89dd161c6f255ae3b8cd18880cdde05efb32af3172047518583ac7ed718a8271d0074ceaabdb440acfd6b341cff4945646f33000dcfd41e1c9f279cbaae4141695ac514ad0822b05b6967a35d188daed89858a57062e93fe2a7b1e15b4d554e5d136f6369111679612394010d197be146aa31377dd028505951466fac44b34af2a7e4eb7a13ce2a0c3ec8bcb9164fc800e3c4777efc3813d92eedcbefc4a1bba817aba12e1957d859f67b6ddfe247c2e418d49198a737757dd342484dcb22d6dc41c8eebd285a68aaf196', '2026-11-26 19:24:59.641753+00');
INSERT INTO public.policy VALUES ('default', '45074f9f81075511', 2, '\x01016f67a70133674b84bc10d3e6a3df04469f53dbbbe86aa3eedfc22b08a82c79906092ba7636357d4698f505dc2af42ee873e67d530ba7e8b980449e87cba54b1c6833235b9efb0058c59318207794cbe9e20561973cfd5e1e3414a6fdae4459e7f7098cd219df7b74e0636f179764e4f23684a0ad858a8e91f386dc9a8b389b82581e0ba08737e2a73828d10207c2b3d658fc70401862179e642940de03f05c8368ec433bd1122636139e7bcd2baa55a548b3075c8b15043a4422396ada5f0608e4de0e12ed04b0180578770918d7b8308ef518e5a898974f39cb87e069adf0457b6675939aa4fe05b5c5eb8d923f5546d2a77c99d231aa3e641dae7a6167ad913f76b9b2170fa48dbc89810828b36bb965aab14417c368f02c928aa300a425017684a2d05218a6243eb5a46bf3345a8e40ebdb2c44edf524c96ab116ad28c278359f7face2c48f097de1ad8cb70238331afd0af11e5fe20209662c0fd83c1b41d41434181202e80f4a2086740c62f8ac5e0ce52588628c9159771ecbd72477a30f70ab2268275d93f68c812b1ce9757b31aac3db861a46c76af75ef57b321b8947965a68e86dc9e7e00675eb2fecc669e0d5d8b54f203075215e61fe5ad77cfd048c91bea42dab2be2ac3d73ae887a6220457e7e61bc6054dfb2b9f1', '2026-11-26 19:25:02.102068+00');
INSERT INTO public.project VALUES ('default', 'default', '2026-11-26 19:24:59.641753+00');
INSERT INTO public.provider VALUES ('openai', 'openai', 'http://127.0.0.1:36073/v1', '\x010196a58a12e4f34ffa80c5d28c94555aa773f63ec346aeb22aa54f364989a32e7e07ddb67ae2ec688343581082f3b2aff4ffbbf76d84e0bec9f0923717232eea3519ff2945afbfcec0d85936ed639de4ef22741a6938a6bcb722e9fb083f0bd7ab749b80c424f9dcd86982de4a56caa245deadcdbff1d22f8e62a9ed1c150748d23205120a18b2e32ca59da977ae322ac3a6f29d7a18aed0a4624353624903dfc2b1bb3e7326b6b0fc7ab229', true, '{}', '2026-11-26 19:24:59.641753+00', '2026-11-26 19:25:02.064103+00');
INSERT INTO public.provider VALUES ('anthropic', 'anthropic', 'http://127.0.0.1:36073', '\x010196a58a12e4f34ffa80c5d28c94555aa7d757ce7ac0ad208010dfbe0258769eaca9a0373c70ed8f28a5e76db7e442de5e300445d50bab7208cd2d8216cb641eb9e9763803a1e5d6f1a0003bbced6941e7d8e0cd30aebf8f06f2d5cf49addde4db09d0552d487e0adc4b8468a910ca37fe4a4b44bca524f9c9de63cb37bc2182ab78990cb02e3586d83c08bd69fc5c576f072f5256ab1340750555a682a1d3940c7165a3b07726be65374a5d', true, '{}', '2026-11-26 19:24:59.641753+00', '2026-11-26 19:25:02.078065+00');
INSERT INTO public.record_20261126 VALUES ('', '01a21951-799e-70a3-a157-d3c4fdfca19c', '01a21951-799e-70a3-a157-d3c4fdfca19c', 'admin', '2026-11-26 19:24:59.678045+00', 'hushgate', NULL, NULL, NULL, NULL, NULL, NULL, 'install', '{}', '\x0101ec2355b479004181ad5cea92187c92d272e27244f05684a2cc82f5bea93d8a5ce5bce168214f10ec2c1c16c1a3099205c0482ab154f2515e10ac05e73185cac7b81fe52b2a46e3ede50f3cab1eb769584a7dabb5cce1df0e8a3f7891158b3c6dc9344a328e063e285db3ca2d8d2b13cf5a59673b39f3f9d40f29c9da3cfd6d9acfee46f91a861cedd1c59bc506969bb90e78a12b03a19f77fda1beed00bfb79c83012016398fe7fbd5842fdabe811be8f886049b6072ac51de763f5989ba57ccd1fcb66b645f1be34dd5a52e09472b5e8155737a7f8dab4c747f4e6c5daf79e3b701312d30a8add51272aa8c9590df8cd4c9693bfcbbb1a37b25d43faf67d5479169a5eac7e627b718a99bdc586567f6eb7f0872de8cbe4b06a9a4aaac862ec453394a1289f37d97ed467a45a3e3cbfa96d22990493f', '\x7303c6c0476f87c20b1ff771c3aeb36d7b884cbcd6f03e00cc4c8eaa3e4f7ea1');
INSERT INTO public.record_20261126 VALUES ('', '01a21951-82f0-7e34-a43e-64235407efc8', '01a21951-82f0-7e34-a43e-64235407efc8', 'admin', '2026-11-26 19:25:02.064472+00', '2j54bj95mhsz8190', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x0101ec2355b479004181ad5cea92187c92d2bfb3531c9be0af5249ab2b91c9a17599176166045052a17d24e354003473f786c25109b6829a04a94006c240074c7cf1b51c913b9c31596b4ad525d4c703713f9bfa13ba8c91c161815fb6634c40babf0cd9660c637b18dd47d79834e193f1fc422876588dd98167361ff1783372443258646a4836c9351a18f8f10217c66b0f2030ce477b607a2093cc4673bfd473c9dfef9c6ad407e94f067b0081763ddaaf7bcb8efe5d413ab7f4e1040ca39ad94e60709aacf9c4d2586ed784038423c7e8e730d6f0fee12f9f99c148f3a0b9444359572206ea33adaf825c492441c915163a9e2bf81122cb2a0d17f7cb98be1bb572f31a9c867e3af5810208fee7598958634aa12cdd523381aee1197dbf007b2096591352627227bd60ec20c38b28b31be9776d266559244214a316d7c779da375237ce136d5388d3dc8129a5a206', '\x6ebdb9a34a5a312aa7d44692d7070bdeed0405b8e92a5887911a285c78bcf85c');
INSERT INTO public.record_20261126 VALUES ('', '01a21951-82fe-7b59-9a66-4f6b4ad5e0ad', '01a21951-82fe-7b59-9a66-4f6b4ad5e0ad', 'admin', '2026-11-26 19:25:02.078364+00', '2j54bj95mhsz8190', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x0101ec2355b479004181ad5cea92187c92d29849957771d539a2443ab764383f38878ecba1a52937a6e73d4d3be2331b53d88ceefc06be26c353540ed5801241f6899eec244a0daa7c60b85ea40e9276f5c2c2a1a1f48ebcc1529bcdb0ce1c862af430044e5b659020f10726a07a4678438da52be8d7085f0cd7533f89fcd800c52126e8d06903506101429607557feaf7b22f580449baa80520cab35f22ce7c3dc3df7eada28c886e2ced5937dbcb1a241c85cc4de72dbe7ab1d19877c9e9b8001fe7019d3d50253678def5cfa9fc4d574bac10c749fa13e86778cd6a66d84f99887699cb8b5d9309dbfd0606a444b53b2ab830eb59e17144a600793dff6f6faa1605ef2c6f18e5a5055701f0bc95d09f6e886fa67cc281450531b37101bb4cfe2f7c18061505a1a08151829373914f580b0e2a682a0db5b6a68e53e944847a031293486f5ce14b555dcd4ea49cdacf6fb043', '\x32a26d014326592de76827d2acbcd8aa3a52bed55af9ff14a195665da30a1dc3');
INSERT INTO public.record_20261126 VALUES ('default', '01a21951-831c-7f57-bed4-7b60a0177d57', '01a21951-831c-7f57-bed4-7b60a0177d57', 'admin', '2026-11-26 19:25:02.108196+00', '2j54bj95mhsz8190', NULL, NULL, NULL, NULL, NULL, NULL, 'policy.set', '{}', '\x0101219d4766d8eb4f829150669d599e5fa6b23639d73951df709ff1f522407bc3c0882fc4f2c2ed40ae67cc0a38b08e27dde7802616881bc22d51c840dcc39fbc47b5d9fe204d724de466f22653dcca9ab04853a0f8aec7cefffac04e9eeee0bcbce69d7db11d2a0b6d1760077c2b4782c421a0e001573e15f9ac685b425e27dcbaf389b057a11dd8835998a83f0f5fc70a79874dc319be9b0df6fcad0987eb60182818cdb51a33b4188460ed70ffe2645df45a466691b9c89a785630a9034d8c21dd727f168152c17a6f650d3adb811e878e43ded843ab86abfae0445bdf8991bfb5288ade30849fe8dfd72b5dc45467696d8137c1286e3240c9d1c5fef34cb789b51ddc596660828ad9addb84d755334cedd616b4167ca6f85b1a01ca1114f458756fe4dfc660d0e2dcc82d1f853ea8a9287d090c9d60', '\x798fe9aedbdc55d472411c8ab3b7d8ef224b2b81a4e6b6f918300eb98f5cfe65');
INSERT INTO public.record_20261126 VALUES ('default', '01a21951-8321-72f5-8260-e2b8a2f164ed', '01a21951-8321-770e-9c68-74300bd2d1e9', 'intent', '2026-11-26 19:25:02.113845+00', 'default', NULL, 'openai', 'chat.completions', 'm-vowxjyhugrgeznlo', 'openai', '45074f9f81075511', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x0101219d4766d8eb4f829150669d599e5fa651847d50ce3d02ff04cdea902f2bb09ba5e0683a66802c22613a2d7ee5774384c6a622f3077cd66a1d4d05195dcc1b993ed3ae8ff8cfe2c907474fdba379f3386b076f0879b4cc62b2a73bf1a862daa4e079d36a7f5ca3cdeff1c5220b9b488ba3f35f10ff7504aed1877b0687951dd3f0ce994bd5669f345973261ad416206f76c92239e26bf2d0b17d7d24c13db5202e6662f3cf4e8e6a74c99bb9b97cb6283b02eb9f2844b942032e5e57bfaa849ce22ba176cf14bb0ad484d0b34a05e19c1ab347de376f5e8b248fb770db13d10804788b1c40f9d0260bb1a157bf602e5007640f115c92ec11df622cc2309215ac', '\x06a4aa15f2d45ea2ec364188e94d422581cb722c62bb66e28bcc000f9632ed63');
INSERT INTO public.record_20261126 VALUES ('default', '01a21951-83bd-71cc-8dfd-61cf4b2488ed', '01a21951-8321-770e-9c68-74300bd2d1e9', 'completion', '2026-11-26 19:25:02.269613+00', 'default', NULL, 'openai', 'chat.completions', 'm-vowxjyhugrgeznlo', 'openai', '45074f9f81075511', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x0101219d4766d8eb4f829150669d599e5fa6d832e2756f30545af8a154a555d4e32197da09dcb748635efacb457a53ab878a1c30d8e0cc77ff4d5aac27a8aa13b6157436895af6ce15bd30c8d9c4e941d5326ccf24640cfa3d2a8008f771a2a9cd0bfd34c646e7dcc1e0e357df3efcfb7c34b93da1343b65a3e1f5ad09ccda10c73b12449db49dfe4a5200e108ea234e2e7fb6e321f66ac712a28bab52cbe97fe4db65d1733bdf821dbcb6ca9453c4ad057bd1dae54a221b1c4be42d6d9a4b7ca46c2e6b08f66ec6f34282a94a682cae9f9297755eadcbff58074386907f0661fc53b4a246d146', '\x25146eed5ea87f3bd39619834b3a9a1afb7bbc703aaa690365ce23f42b48a64b');
INSERT INTO public.record_20261126 VALUES ('default', '01a21951-83cd-7d3a-b334-5ca73c8d3d65', '01a21951-83cd-7db4-9a44-a30d0bd2d1e9', 'intent', '2026-11-26 19:25:02.285151+00', 'default', NULL, 'anthropic', 'messages', 'm-oucwcrvznjdokuqq', 'anthropic', '45074f9f81075511', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x0101219d4766d8eb4f829150669d599e5fa6cb800efdf026caad57cfa0bdc044e5fdcc9c5c2312d7259b9aed2a658a625ec64eca21f03645a292018463db424ce784e82105ac67b709208e1b2abc71730bfb454ecf828136a4ce4e79872b630ea0815c3fa12844b0d91f8234a6f841b48715ea9a02aed6f2d06583f2cff37744f227357a06b6162b02610b64eebfc797d9cdbc45c5767627166283e65dbe0e1e3be6376b81b271187768b8ea7db4fae45c2fc1c882b4e4af80c7fa29d9dbc3fe0e42f4843180b1d1dec9e48541226d316d647a1f2ef895bcce44d328be021b0f89250cd1eb0099d78f301115af4596475a6729f409a7e4b445a8a25c3b6994119feb', '\xa728e937f203901f2daf7b18ef08c8a373767e0de09d775165d56a23434b011f');
INSERT INTO public.record_20261126 VALUES ('default', '01a21951-83db-7505-9dd2-afa9e0856df3', '01a21951-83cd-7db4-9a44-a30d0bd2d1e9', 'completion', '2026-11-26 19:25:02.299074+00', 'default', NULL, 'anthropic', 'messages', 'm-oucwcrvznjdokuqq', 'anthropic', '45074f9f81075511', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x0101219d4766d8eb4f829150669d599e5fa6ae46846f3e05992879f093deb9c230d23c9b28221205645a1277705ec355a781002a2eebdb2f037ed1dc1c28897db40df26669befd1a42a905d230e8b4468b22086f8ae86b3b80a3e20fcc62e418d40fe50b1c1764982cfb082937dcb0369c737426b1a8c44ef953101bbe48a690a7d2028458b3cc8912669655b92345f4daecc01426e86d66f3f9c561c02e852f20e8e2afdbcc0cc006adb846b337c60fb288ac0870983e39da8ae98b607f2ee0620a63ea14c2ec2d0b927f9989acb1c03e4ee2fa6c45fd182a8a42233ad2a36ee648d8b812e0', '\x0ca35112462ae805321cbd2bb76c9aceb159e705d438f4c708a9ff0a775db9a8');
INSERT INTO public.restore_right VALUES ('default', 'CREDIT_CARD_K8QXCVNDXF', 'default', '\x', 'default');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_GPPAWJY4GB', 'default', '\x', 'default');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_0QF24JBS2W', 'default', '\x', 'default');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'CREDIT_CARD_K8QXCVNDXF', '1b30b438-04c9-4edb-91fc-653d101f2196', '\x01011b30b43804c94edb91fc653d101f219607e5e59c6f1016aaaf2d3a3128c0a74f0d79ff97698724c35cfc88517cfbc2c3efff05ad5a33b75ebb3431456f620de5498ea1d71fe20f900fc617b0edf1d0db219388db98c502d3ff754ddeff9f00883e663da11d27c10bba7a10dce0c52b76ceb9816f17eaed7e78e00ce11b432f6b1fe700323e48bd564acb18ffe23af4b2b9d7f6c63802763fb8b7d33ef17d5fc4602884d85e65a83ac465c7bf97eff0f87bf963098d767fdf47af', '2126-11-02 19:25:02.113845+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_GPPAWJY4GB', '1b30b438-04c9-4edb-91fc-653d101f2196', '\x01011b30b43804c94edb91fc653d101f21966f728126eb1b15c12beaf0e985b881c94cd91034dfe083cb91686a1a85812d26329be248fc56c5070a9e17083329e4c8525b42b1a406022b680a2aca86ea7b143d9ee4acb3dc9a02ff0dc2555612e6584fd821bede9bea735805fceec089986f1a94c690315b511bcea281ec81802768066b1a2d4be5e3d2839b8728cdc4e12556f805cbc4fcb5eb6a6d61d8802b6b3110e11da1fbadd8b3bfb21f2b4ea8505936d821a6c3e639160d093da2213634', '2126-11-02 19:25:02.113845+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_0QF24JBS2W', '1b30b438-04c9-4edb-91fc-653d101f2196', '\x01011b30b43804c94edb91fc653d101f2196323e2d34bff49c22b856376880527e08fdfaa24474c97f399c5f92e58dc4db73f73c58546f94e890a6a692a173e961a3111d93b1120b33f4410f7908961f5fdcb910f1ed6b54d271c4fa7890fbc39e53e1b9314de419de7124cfd8d02f83b2c308535a43c7fae8079b60deceed9b97ff205ff22f9659cf6fe7e5f61d56af27367f758d14d6abc5bfc9fa3b1350e434396b8ac155d184be5214f37d5dc6d4bcd85eb0fd33253424d5f4cd7699db85ad243b4b', '2126-11-02 19:25:02.285151+00');
INSERT INTO public.team VALUES ('default', '2026-11-26 19:24:59.641753+00', NULL);
SELECT pg_catalog.setval('public.installation_id_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.admin_key
    ADD CONSTRAINT pk_admin_key PRIMARY KEY (id);
ALTER TABLE ONLY public.checkpoint
    ADD CONSTRAINT pk_checkpoint PRIMARY KEY (team, size);
ALTER TABLE ONLY public.client
    ADD CONSTRAINT pk_client PRIMARY KEY (team, name);
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
ALTER TABLE ONLY public.surrogate
    ADD CONSTRAINT pk_surrogate PRIMARY KEY (team, text);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT pk_team PRIMARY KEY (name);
ALTER TABLE ONLY public.record_20261126
    ADD CONSTRAINT record_20261126_pkey PRIMARY KEY (id, at);
ALTER TABLE ONLY public.data_key
    ADD CONSTRAINT uq_data_key_purpose UNIQUE (purpose, owner, epoch);
ALTER TABLE ONLY public.leaf
    ADD CONSTRAINT uq_leaf_record UNIQUE (record);
CREATE INDEX ix_idempotency_expires ON public.idempotency USING btree (expires);
CREATE INDEX ix_record_exchange ON ONLY public.record USING btree (exchange);
CREATE INDEX ix_record_team_at ON ONLY public.record USING btree (team, at);
CREATE INDEX ix_surrogate_expires ON public.surrogate USING btree (expires);
CREATE INDEX record_20261126_exchange_idx ON public.record_20261126 USING btree (exchange);
CREATE INDEX record_20261126_team_at_idx ON public.record_20261126 USING btree (team, at);
ALTER INDEX public.ix_record_exchange ATTACH PARTITION public.record_20261126_exchange_idx;
ALTER INDEX public.pk_record ATTACH PARTITION public.record_20261126_pkey;
ALTER INDEX public.ix_record_team_at ATTACH PARTITION public.record_20261126_team_at_idx;
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
ALTER TABLE public.leaf ENABLE ROW LEVEL SECURITY;
CREATE POLICY names ON public.surrogate FOR SELECT TO hushgate_writer USING (true);
CREATE POLICY reads ON public.checkpoint FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.leaf FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.record FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.restore_right FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.signed_block FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
CREATE POLICY reads ON public.surrogate FOR SELECT TO hushgate_reader USING (((team)::text = current_setting('hushgate.team'::text, true)));
ALTER TABLE public.record ENABLE ROW LEVEL SECURITY;
CREATE POLICY renews ON public.surrogate FOR UPDATE TO hushgate_writer USING (true) WITH CHECK (true);
ALTER TABLE public.restore_right ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.signed_block ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.surrogate ENABLE ROW LEVEL SECURITY;
CREATE POLICY writes ON public.record FOR INSERT TO hushgate_writer WITH CHECK (true);
CREATE POLICY writes ON public.restore_right FOR INSERT TO hushgate_writer WITH CHECK (true);
CREATE POLICY writes ON public.signed_block FOR INSERT TO hushgate_writer WITH CHECK (true);
CREATE POLICY writes ON public.surrogate FOR INSERT TO hushgate_writer WITH CHECK (true);
GRANT USAGE ON SCHEMA public TO hushgate_writer;
GRANT USAGE ON SCHEMA public TO hushgate_reader;
GRANT SELECT ON TABLE public.checkpoint TO hushgate_reader;
GRANT INSERT ON TABLE public.data_key TO hushgate_writer;
GRANT SELECT ON TABLE public.data_key TO hushgate_reader;
GRANT SELECT ON TABLE public.leaf TO hushgate_reader;
GRANT INSERT ON TABLE public.record TO hushgate_writer;
GRANT SELECT ON TABLE public.record TO hushgate_reader;
GRANT INSERT ON TABLE public.restore_right TO hushgate_writer;
GRANT SELECT ON TABLE public.restore_right TO hushgate_reader;
GRANT INSERT ON TABLE public.signed_block TO hushgate_writer;
GRANT SELECT ON TABLE public.signed_block TO hushgate_reader;
GRANT INSERT ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT ON TABLE public.surrogate TO hushgate_reader;
GRANT SELECT(team) ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT(scope) ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT(epoch) ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT(text) ON TABLE public.surrogate TO hushgate_writer;
GRANT SELECT(expires),UPDATE(expires) ON TABLE public.surrogate TO hushgate_writer;
