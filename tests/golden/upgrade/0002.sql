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
CREATE TABLE public.record_20261123 (
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
    user_index bytea DEFAULT '\x'::bytea NOT NULL
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
ALTER TABLE ONLY public.record ATTACH PARTITION public.record_20261123 FOR VALUES FROM ('2026-11-23 00:00:00+00') TO ('2026-11-24 00:00:00+00');
ALTER TABLE ONLY public.installation ALTER COLUMN id SET DEFAULT nextval('public.installation_id_seq'::regclass);
INSERT INTO public.admin_key VALUES ('n0yep3g5m8jr98j9', '\xe49ad78bedae2e65c06b388b7f8d4270c65ee71eddbc83e3e74c6b7efd404a48', 'first run', NULL, '2026-11-23 05:48:58.553017+00', 'owner', '{}', NULL, '2026-11-23 05:49:02.814164+00', NULL);
INSERT INTO public.alembic_version VALUES ('0002');
INSERT INTO public.client VALUES ('default', 'default', 'default', '2026-11-23 05:48:58.553017+00', NULL);
INSERT INTO public.data_key VALUES ('419e9acd-c764-4a97-9226-585e9de23f2f', 'policy', 'default', '', '\x010127172a47f1f8dbf50eb6044257e0834925aaac4ac529c022b71be4ccd19560f5da44abe08bacb359f9585f132b1fc106c10bd13366369597c8f199a59553c59b2ef3b17516675ba23ee41e0368616dfd63ff1dc882f28dff848ab3eeb8ad39a6ccd12f7f0aaeb25522d3af9200b3d326bca9ca7080cfc9834732094bff47cc1d42469df4f9f665e64a386d16a1d9068aaedf457f06ed19e3160d1c1295c68f6119bfd64e77f3a1b3400ee30dbc45687734bb221cfff0f534d0977801', NULL);
INSERT INTO public.data_key VALUES ('16c3e67c-e820-4a5c-8b1f-cc7003d87c8c', 'record', '', '2026-11-23', '\x010127172a47f1f8dbf50eb6044257e08349ea7b4fa0031ea58d7a9d68980a13aee884f0c34807326d11a2f445e301bab7b1339b6ccd0a37371ffc671af88b2027d7d78773a5cf87a5db5c2932a8f3573709aaed9fc05ce0ed822c52a0641e48f271997927775678b48312063225c06c0807f6bded12ca5f3c92ebdd7ba4f7508b7dc1b43061fde65e7c9cb6c205adffe5cc55452d2e7f27e304be41b73f146f0aeb9cc07baab45c2e7ae82f0905a0829ef72277b4b587bcefc8b03fd8c2', NULL);
INSERT INTO public.data_key VALUES ('33af40d4-e426-4753-b82d-c24ee54507c0', 'provider', '', '', '\x010127172a47f1f8dbf50eb6044257e083491688c2d04425ec1503ecc8ca79bff38b501d472953f57a5208239808a9a78b6b6565121cfbe9e494c144380a7665e7f3c2d21805980e60550a2c397529154558f0c136330fdb471566c305036baa2ffad1d4bddd7c09deceb3c7b764f747d16c2b105382633b4fe58ae81cc1ca2b9a21096873a95978f4496e2a567f8feaf7b013af9921d887c3fbbf2fd8bbbbcb329f908d82a0b20604c52f69843d44067a7ce19f24ee7db2a6545167e859', NULL);
INSERT INTO public.data_key VALUES ('06a2b4de-be74-443e-8bc4-c34f2df5a883', 'record', 'default', '2026-11-23', '\x010127172a47f1f8dbf50eb6044257e08349c71a89bfaf9d34f32d2b235f4d4bc3443d7b61a163dbc636841740c5b50a87cc0cb2080090606ef9fd6570d0379c11dd146a3912c60755b584fa0580a7f08009ce664d10743a222e60e260503801c4275a37287a2d69c55071b22b76c2567a999f809eec48a3de0c7888b27b9a000aee8caafa79c8659f137baac905e06dd26bd2a6d71e36af98c5a52319c477fe96ded21395e055331b0bbd66ac1f0d02b824b18b271910fab150e3415e36', NULL);
INSERT INTO public.data_key VALUES ('62559265-6436-4516-a5fd-3e0efc52914a', 'vault', 'default', '0', '\x010127172a47f1f8dbf50eb6044257e08349a2e35b77b1acf7449a7a02cffb5e001c417bc38040d66fa0d9cc9a6a775ad4b1b9484edd7a52ab95ad4146a7ff4c93b00d42564c2dc0775f823a59ccab14b20f63be15f54b70e9ab357b42dd36a740fe772c9024a30a236dbb892cfea7b6a3df31b0bd0ad03cf7bbf8f629ecb847bcb2e677309661a20e8a6cdb555b907c0320eb72ce042ffe771e129a98be1239bbf9d6593c61ab06834829797268b9562b2849a374d8dcae56e698b2ccf9', NULL);
INSERT INTO public.gateway_key VALUES ('hsm1nganqfr36ewc', '\x1445c815e67dd5dd4e500ff86d192d689df1a9523556a85bce9d5eea55a99652', 'default', 'default', false, NULL, NULL, '2026-11-23 05:48:58.553017+00', '2026-11-23 05:49:03.380787+00', NULL);
INSERT INTO public.installation VALUES (1, '27172a47f1f8dbf50eb6044257e08349', '\x010127172a47f1f8dbf50eb6044257e083498fabf4fb4ac482eceacce7151bf46b0c5d87df0dd8cdd7e41526b19ffd6bdeeef8f2fba65a2b505dbaf9c091c15066d2de3e7c5893bde508e8a79ef121a909cc6ae7cfcdef06da4f4bab68ac1e51ffab4b7737a74aa1625f0b805e51af51e7b9d606d5db6e92ba53df799af4825e9441d0dcaad4218f9580491dab307df84e47ae30880872714ff3e7fce620b3be71e973f0ec57f231855debfa59a4f214e4ffb27ebc3760fb2248200b4810', '2026-11-23 05:48:58.49232+00');
INSERT INTO public.policy VALUES ('default', 'fa07bcd0f1c28ae2', 1, '\x0101419e9acdc7644a979226585e9de23f2fb5a1397e0539182a753a0b691267bd1d8f2fb57ab4b079cfab0077589322f806775c52abac3429299134481d76a859353a1e77ffcb4876c1466c5cfaba13e65293ce253c0104aafee03fe1e66761144792d13644dcd308e10d4848c1dfa6991168cee4ce5ad1127d702d377a6a7e00fd74387d449b1e47770d5573339e7b2e0cd14708d31484239d06f3ace10143d205c191c5d57587eb80c7b29a52634e6de4fc8565ad918421aaad677f956fa6edb2cf0bd34d6b56e034f4bb2008ba874ac1ba8e8abd431c7b85a50bb8848734020f0779e0bb2ef45bd5247a966472678f902540dbc1526eb2037bec06e260a6a4b989e707f030e2d87790edcdf5e1410e1da8f18bcd6b18d3a334e16e28e0055eab788a84f4ca632031538efd7b695b11da38c0b2f397adeb7efc2735cba5c0e003462e10ca6dd7540733378ce07787a809f18e299f05bf040551ded72dafdc3203ec8d485527b9a49b41ac63e1e5cdd1db9f50b7874a19016cd486990e3283f405ecc2e71a3063bbf6ce39d97aafbf856bacc5c1c0327f67ceefde2689b4', '2026-11-23 05:48:58.553017+00');
INSERT INTO public.policy VALUES ('default', '461196e1f87dec47', 2, '\x0101419e9acdc7644a979226585e9de23f2fa44ad813ec646a5142adbd8a156ea0a52a937023375b9043d5de12253c3616f8b9dbb3646522c358573bdb521015ca2fbad8b4c4a0b58fc2b2c5b6ce1d3bdd71de2b25b76b676f2c97dd7e0e7c5e078e276b9e537c8b4d43c22788d721ef5e19958a05440babe1788510a61da6578b54a64ef0ed32fcd6e947bb9fc0f31dec44e95339e10303ab3ca2f73056d0764b0e0fe15c8212a76f567ebdee2c622862d1bceb6dd189dfe7f2074c8f9dec09e0490773470ebe56b33bc910760070009df1ddb7d00f50520732ad61e25220c0743a553196e284f8d3599325ab02367d05e41458c0bcbbb488b4e4a2f2dabf6a92846950eef5d0f2ffc0a41a16f275f8d75b2975183c8d91d44c5cdb113ee611a172f03ad3f5368a8069952ae0d2b430a3b4f9659d7f345e3daf2e800201cf0ee9df48b8b48ff3cdb5a3a9acb0f38631576812397313278896f5a7dcb866f479cf8dc638fc8b2061b52641d392ae9a40f9d894088bc1dea0e1ab1151d1e2940fc9bfa6dd48318db826c93a29438bad4c8c5b84c42ff27c06169fa13283a05389f3253538148739e8dfc43447fdbc0fd60b203762ad348d33ac21dee14f8a2e39229deb11a7686730edec0ccb', '2026-11-23 05:49:03.154778+00');
INSERT INTO public.project VALUES ('default', 'default', '2026-11-23 05:48:58.553017+00');
INSERT INTO public.provider VALUES ('openai', 'openai', 'http://127.0.0.1:44123/v1', '\x010133af40d4e4264753b82dc24ee54507c0ae0ec8f68eaeba87097de79268f66f2f5246aa7ece6eacb628647a92045a278a8a1c2dc48441a3ffc8c1f361891b75bae1f59ff5fb67f2aeafbc7a56c6750708c2e8c0ca0d05c07d74a416fd60743eeb2bb0b90747a6898775f3f4bdc4e733f932a4fd468f763cbe2d43444d209ad93d7be85969dee3bd957235b6f1b957c6c95949410b6e3cc8efeaf175e720c0f1cfe79b36af343df4a9fa44d6', true, '{}', '2026-11-23 05:48:58.553017+00', '2026-11-23 05:49:03.058758+00');
INSERT INTO public.provider VALUES ('anthropic', 'anthropic', 'http://127.0.0.1:44123', '\x010133af40d4e4264753b82dc24ee54507c07490fefa5018493649bd8551e566f317ba7adafff187d7a377856dfc0656353025c416dba69e1849d8a136d7fec89b5617595529bf65562d218a11fef59efe8ed06d72a35e4e85de9f9b6921e194f3e3befbb766940519312ceaeccd8b05b8c1744b1741b96b9ea609df239d3271543653e90bfab47d59c39459db87840a99dcc0452fa33293e677b2c3e3da9d4587ee60880c5fe4a38110bd4915', true, '{}', '2026-11-23 05:48:58.553017+00', '2026-11-23 05:49:03.104883+00');
INSERT INTO public.record_20261123 VALUES ('', '01a206f3-4f81-73e3-a98a-044e3091a350', '01a206f3-4f81-73e3-a98a-044e3091a350', 'admin', '2026-11-23 05:48:58.625299+00', 'hushgate', NULL, NULL, NULL, NULL, NULL, NULL, 'install', '{}', '\x010116c3e67ce8204a5c8b1fcc7003d87c8c5664f8c54b2795111f2895f0fd7a038c4ffcfd89b961e1383da8f85b25151106b06d740ca22bf2da7e49562de703462635a296f3f0952425365c381ceee2b66497f5cf17cb624f1e092a5340b738169c7e6ecc5c23af0b35bac394380c81ba88551206d166bfdb58437e350e2dc84cd48eb5591d7781de7446c09627fcdf14f0cdb454147c2131ae4f90099cf5c29ff74cb4e201d1ff61b0b72c373fb51088e0060a43308a3cf576ec635bb09fb188306a7cfdc17eab007c93f1784f8877f80225c1c621256a4571edf4fca75429e8e0df8ca0ccb30059a777274cecfaef170b473216d76f0bcb73f5b0581a53fad392827b01d260047d74cb1ac7e9b64aacea1888410c42698be074393f49c63e119c603d698d1a55c97f9bb00e708a534cc6f9c410be9043', '\x99b1883a6cb15351bc9ff0dcea583936ac188608c131ab1c59d6cad6b5702809');
INSERT INTO public.record_20261123 VALUES ('', '01a206f3-60d3-76a4-bd36-a1f3c6113e97', '01a206f3-60d3-76a4-bd36-a1f3c6113e97', 'admin', '2026-11-23 05:49:03.059782+00', 'n0yep3g5m8jr98j9', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x010116c3e67ce8204a5c8b1fcc7003d87c8cc640ed07b38f2022b75fcdc9b740dc5ec21ca910974cd4a6a25edd18523596af5066e5cf9c758e44aaf7017c0e0530738f49d52fa1533a01531a9ba651e209b727d19a253051b81b750fcebb181e6e7ee542d8d99c152c358cb21b03d7f1f8aaa46bde0ecdcf33cd4a3ad186ef46caf4dd59c61b3512728a31e532324355a68dc2f994bf2ee1b5b96361ebc828215f640039d5e621f0497c11af6a924c9070df55fc17844f1a3858cbe6c8caecbfa14b7353dc50d43c5d88f57c0a3a066463d5d8506914968805a315e52c81bc5becf4e0ea02a86884ba97e7175f09d98bee6ba839c56fc4cc9255730e6e649e766b510e91e8e3f923795e430c53cef966eaff82ba2f5aa3c263d4af5f30a5d5b7a822d41f2055bcea0bfb7fe4b08802e7cbbfd797d9785918953637c1a0a0cbb0358031021d6ec96c6485d36190362c8c', '\x98dd2a61315f833376845799f1343be810a18dbff39cb53cca5a64b69e0e502c');
INSERT INTO public.record_20261123 VALUES ('', '01a206f3-6101-7b2d-80a4-1cd0ff7752ac', '01a206f3-6101-7b2d-80a4-1cd0ff7752ac', 'admin', '2026-11-23 05:49:03.105724+00', 'n0yep3g5m8jr98j9', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x010116c3e67ce8204a5c8b1fcc7003d87c8cadefa85b1f856617c5361a5f391a195bb882fba33d6e1f8115a43dc2ad0cbbdca53082dfb373581196d6e6ebde4d91f186477d0d243f528b8183b5fa0083bea21760406bcdaf044a8e7bf59a59c15c8f1897728d5c67f6f5d15884b810fd2e2198f81c2ef5245bfe6abada81a2cf729a6fc629d6404bf83cb04247e29974734c368fe480ac13075b581eef27b0588d4b4ce099f36af46d104960a8cc666e5776f44baf4d7049235e6315fb8e83c86644f8685bbc378611c6c0fe0404d2062a409c365c1c0378b37eba5cf840e06de8466ffc50265885f3047528a63ccc5e0fff2fdf9aefa248156613c5646461af622950b9306ef632dfcc074625bc6a4682db52daa150fb6d79f4319e0e9d1821e8aae56e1b06b90784d0e5068a76aa0f8d6a6622a2e1bf213063eeb46467b14a42d9b5fa68074263b74ea051cd59e3ebc1c970', '\xac5a6a6ee21f46a93fcc8c9acc5f7a9795c4fda96107ed25b7982511936ae10d');
INSERT INTO public.record_20261123 VALUES ('default', '01a206f3-613b-7e10-90bc-d053b1471243', '01a206f3-613b-7e10-90bc-d053b1471243', 'admin', '2026-11-23 05:49:03.163675+00', 'n0yep3g5m8jr98j9', NULL, NULL, NULL, NULL, NULL, NULL, 'policy.set', '{}', '\x010106a2b4debe74443e8bc4c34f2df5a883739d6082d1efce81a0824a9af428e5bf802e65de53721bb50fdf3c6237f6f423db141168ce72128848902f792e38da484c2fa795dc9dbf4a43abe367cf5a0c4d7ea036d78e206043459384e23991c6e76efbf2129e49898b4e8f286027d33631a43c678ece8d92893a2cd4770776172ae4577b7d37616d0494ec800ced3de258b70737ac72a0e258eda9f3572ac384b78bc37bddd34174f4957b2cd9be030ca9734f0314acbde1919ecdad6fb385beeeceb01260d78f20c9d28eb6fbee986c56c2fdd32006e19a55c7937721cd7702364ba7ba07b682aabaffab2377ff59857e97fc28ac7ea61010151f31e09600cf98c1ce801730351eb512fab106d54b30e83ad53d13c8e715240e350a6366863b422b51939116d463857da273d6b7cb6b5337df13b62d1d', '\xe48fe1dd1e4ba9a12afddd469a65911a45d16e62482a1799cbb631e3bb871a5d');
INSERT INTO public.record_20261123 VALUES ('default', '01a206f3-6144-76cd-837b-738d496da4e4', '01a206f3-6144-759e-9bfc-22a216d5abfc', 'intent', '2026-11-23 05:49:03.172001+00', 'default', NULL, 'openai', 'chat.completions', 'm-ogptamubkmzncmup', 'openai', '461196e1f87dec47', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x010106a2b4debe74443e8bc4c34f2df5a88363a7ba23b3ca0c97584f7bb5425c1a68538480fa08c962445118be2c6da14cf78a10e08271fbba8ff2bb3e529291725ce2b2d78d9e8315f4ed7dc1bb1c2dfba934beba96c539f7ebb53af17eb6aebb9cf7561b146125001a8b105ca7a51fc10506d6870d5430ea9a8b63b883faf4e04668e10636ad85b6cd0cdf7a0bc93ba875ad8370cc4216c0627f544aeebf1052742d8d6aecdf62b9197a1b40999e627880368bf73a868075cbc893a83a9abc315e396ac3880085af02cae411d519b87cbbb1d7344cc03eb435a3a0772590939fe9a58d0c479e22cb0dbd0cbd2b09', '\x5d928e88a42d42988287a78b6a99118590924a396aea4bbc980f0a533be2e323');
INSERT INTO public.record_20261123 VALUES ('default', '01a206f3-61d1-7ccc-a645-d99d99e2b8ff', '01a206f3-6144-759e-9bfc-22a216d5abfc', 'completion', '2026-11-23 05:49:03.313621+00', 'default', NULL, 'openai', 'chat.completions', 'm-ogptamubkmzncmup', 'openai', '461196e1f87dec47', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x010106a2b4debe74443e8bc4c34f2df5a8834b471da15dda5b357645828b3aaef567b8d07016c093221118670187476e58f40de0d44dd3163ff8b588f18aa98cef15e805fbac3265ce6a30f0e323c1f14caa747807165beb1571e6cf042909f491cb47dabbd8cb7fbd66fb03634eaa15c164a43d09f832d629ba9b9519ba31ce8ebb055e9ee57429ee5949e3593dbf00d564139e8d80181f7ed0366ea3b88859084dcb51e6b226416cf03a29e25efd59e359c55d6e977bd3462dbc0bceead055e90f996b85233778c3e8048e08ae6db31bea4ab2611906860c901548c9d6ee4b3f71afd7be5d47', '\x3509cc496011837464761ace634a692e830aff44b00489b2a2f82c2d48fe9f5f');
INSERT INTO public.record_20261123 VALUES ('default', '01a206f3-6214-75d6-847b-af448563fe6c', '01a206f3-6214-75ff-ac49-39f916d5abfc', 'intent', '2026-11-23 05:49:03.380787+00', 'default', NULL, 'anthropic', 'messages', 'm-clzioczhyouwjgkh', 'anthropic', '461196e1f87dec47', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x010106a2b4debe74443e8bc4c34f2df5a8837544f83d2e2c9dd05cb95e884a78f53514fb48cee9a5fd17898f96d96d48c702e0d6f5f4a57d10a1804166ec815fd6dabd016f052f33e43d7b1479c81b39841d4d1b5f02a39d810c9b0bc7c2218b677293ede2167b3d195bc702187072dd36e9245baabc5347846ba11ef60191cef74ec077e53c7d8b45e50a38259f07800ef932edf710711230e668c9cfa236b33afed81cba1103ccc6f59d2dfe1ab3ff95142d077d6a3817769f3d893a83062f45baae7a1457af5ac4a125b5bc030e3d1a0a5e37f7e795bdaf9a0d3dd800fb3ff59dc2d510e5742a8ad93935ecbb72', '\x8ba6b947b133031fc682eea5e247354491c2ad341434d93e21ca927228bf7a43');
INSERT INTO public.record_20261123 VALUES ('default', '01a206f3-6246-7a7e-924f-9d66a625fc31', '01a206f3-6214-75ff-ac49-39f916d5abfc', 'completion', '2026-11-23 05:49:03.430908+00', 'default', NULL, 'anthropic', 'messages', 'm-clzioczhyouwjgkh', 'anthropic', '461196e1f87dec47', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x010106a2b4debe74443e8bc4c34f2df5a8830c67ad9e3a36c5e79f06a5867f70ec84b1b35cd6568b0f988c27c2bf5699f3916276c8bbb81d8bcaeb1ff7ce36859f43ebd9d9e324a44162a68c6fba5a7b8e66bd52e8856cd09e37707bc15c8a487a356e1da39ea0aacf429a7f8b024fedf5154ed2534c019bd4da69a6912ff4b2b3874d5a77768f08c1a7994f74a1b1e8e1690c46f93b1ddbca19eaf717c06b2ea8a6693349d6df5f07ca1a084a749048e9a31aeb11aa0303d14cd7d0499093ca9d50071222cff70e437fe5f84736a07b2d435ed03a52fcf9f2f642c4105f8b53c128b041aa87', '\xebd061fd03148215fbfd7fb3670d26f1d1c87936c3f18e1b2ac6179b65918d3a');
INSERT INTO public.restore_right VALUES ('default', 'CREDIT_CARD_CMZ85ABM5G', 'default', '\x');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_JBDSFH69CC', 'default', '\x');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_W034X1BJ3H', 'default', '\x');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'CREDIT_CARD_CMZ85ABM5G', '62559265-6436-4516-a5fd-3e0efc52914a', '\x01016255926564364516a5fd3e0efc52914a7360c0841f0f5aaa0a1f43f90732fee8d2626158cfd5090ad195eaa9839c95bed513596540e4c9395e25fd7912ff0c32ef1d5a824bce24380fee28bc8b4d05ffbd70e143468904126125e0014ae9a2e643e361a0a32693b287c90c0016d7e69d48ca91a7011e11500928652061f507416b9cf526ae60c96b7e1dbe55d1e28e6aa8df4cb2063c6c06f0764a8fa050f1d684ab58d907120dab6f0113dac4669cfdb98e18cc047d78a249e2', '2126-10-30 05:49:03.172001+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_JBDSFH69CC', '62559265-6436-4516-a5fd-3e0efc52914a', '\x01016255926564364516a5fd3e0efc52914a7bf6deecc95b307b68e431599046807505b3e600f633c0c9bed35da1108ac172669ba940877587cd8bd9f78e68a9159af5f8f063d72fabb0e27dbe85ed14548bfc91cef34a000f3126632d71439c8e47e31c7bb84480be8059b87e98fe2b1b9be24033e89e4ab5d4164df68d8c8245f6d82615b0902bca56cce99eee6de47cfb684af86cf01884dbc322e5a61cf16ea37f7fe32fbdd240c3860a488baf607dc7d9c9c92c9e47325ecf67c38af1ebe6', '2126-10-30 05:49:03.172001+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_W034X1BJ3H', '62559265-6436-4516-a5fd-3e0efc52914a', '\x01016255926564364516a5fd3e0efc52914a7eb151a7c1a8e650780a236e963ce5274c5c04d8cec09356bc7e18fc05daa93851d3265ada9b7c8b221c182ab9b268a36c39a2a9002c5bf7671a200362ffafc159621d29f2b800168214271dcfeda40af00cf6785e0a10de675d27952236ff3703e3226f530f993e98b5a887f1786653d9ecaad5e2e30e0be154a37f89edb4b71377b91ff91b2e044a8fd40d095ec3e37500688242337b59e0e2fa87650d12e58920b5c22d9f33b9a0426cf79d66f114e51c', '2126-10-30 05:49:03.380787+00');
INSERT INTO public.team VALUES ('default', '2026-11-23 05:48:58.553017+00', NULL);
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
    ADD CONSTRAINT pk_surrogate PRIMARY KEY (team, scope, epoch, text);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT pk_team PRIMARY KEY (name);
ALTER TABLE ONLY public.record_20261123
    ADD CONSTRAINT record_20261123_pkey PRIMARY KEY (id, at);
ALTER TABLE ONLY public.data_key
    ADD CONSTRAINT uq_data_key_purpose UNIQUE (purpose, owner, epoch);
ALTER TABLE ONLY public.leaf
    ADD CONSTRAINT uq_leaf_record UNIQUE (record);
CREATE INDEX ix_idempotency_expires ON public.idempotency USING btree (expires);
CREATE INDEX ix_record_exchange ON ONLY public.record USING btree (exchange);
CREATE INDEX ix_record_team_at ON ONLY public.record USING btree (team, at);
CREATE INDEX ix_surrogate_text ON public.surrogate USING btree (team, text);
CREATE INDEX record_20261123_exchange_idx ON public.record_20261123 USING btree (exchange);
CREATE INDEX record_20261123_team_at_idx ON public.record_20261123 USING btree (team, at);
ALTER INDEX public.ix_record_exchange ATTACH PARTITION public.record_20261123_exchange_idx;
ALTER INDEX public.pk_record ATTACH PARTITION public.record_20261123_pkey;
ALTER INDEX public.ix_record_team_at ATTACH PARTITION public.record_20261123_team_at_idx;
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
