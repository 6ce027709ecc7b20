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
    created_at timestamp with time zone DEFAULT now() NOT NULL
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
    created_at timestamp with time zone DEFAULT now() NOT NULL
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
    created_at timestamp with time zone DEFAULT now() NOT NULL
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
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.record ATTACH PARTITION public.record_20261123 FOR VALUES FROM ('2026-11-23 00:00:00+00') TO ('2026-11-24 00:00:00+00');
ALTER TABLE ONLY public.installation ALTER COLUMN id SET DEFAULT nextval('public.installation_id_seq'::regclass);
INSERT INTO public.admin_key VALUES ('z1sr94rt4pkktjfc', '\xfad97e389207af962a361213cdb4f727f310985713eb6c3656f415de77d963d6', 'first run', NULL, '2026-11-23 04:49:20.218891+00');
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.client VALUES ('default', 'default', 'default', '2026-11-23 04:49:20.218891+00');
INSERT INTO public.data_key VALUES ('62a64677-6348-4e04-bceb-811b0be905e8', 'policy', 'default', '', '\x0101294c5a3e06f1679d7c43199da1b314743056129263daa62dec315d7e3ebc932246ac6f5d46cf995733b5e47badfe4bf0e4f3b65edc6613de3dec4e6f64db3d863007ff8e0ac025189eea25b098670b7afed643837b72fe967a057e3f785435036ca8f1e8f2f320ad17466b903f525966909d4ab887cd3908de8184fa989cf0a84be0e185fad17da3268a52d329e25bb06c273df8f407caad72a9e27c2585a1cdd91d482a299e2a97fb2cdb19e5a4b3921f11879da5b12b7874b03b03', NULL);
INSERT INTO public.data_key VALUES ('ae94da49-3c7c-49b2-92b5-3b42390c23af', 'record', '', '2026-11-23', '\x0101294c5a3e06f1679d7c43199da1b31474d6b981e219a4c68832f7a8d3bd9f4855286ff3b4cfc614f24a8ddc71925adbfcc4c415b3b375de0af281c4cd048b609646677fa4d1008fdae74b229e183c75109ab4496e103c93b9c335fa79d9ed2deab4e98c8f4cbddaff055c290867e42e3488247a4a874fb6cd2bb79f11fce7df09126c991a3e2d2cc26f26fd9c6db1d40efd0ff5a5e1d731bf619ef905317a5e19dbaa2255674654464f205b97e3c0898960d143deba9a73d5130b773b', NULL);
INSERT INTO public.data_key VALUES ('877c595b-f303-4af7-9989-5cbfa4a155ba', 'provider', '', '', '\x0101294c5a3e06f1679d7c43199da1b31474b6c6e293b742d5d8cc0d5b855e91a7e69d3ba985973f048fdf98f6769c70bcb976c43956e94ed6c5256227083aef3e8eee3a29cd8526d84995b1495f7f89aaa8d8e0cdda651fe3d26de9415878c7786b8333e957956c1904a82b67ee837251a2b5d46c4a8d26a7ed55a8f9aa9cd8763e7839c807347366fe69f64a6cd52c5a0ea962faa23284f56e08bde75448d2f6b70afa04f716f053002075d9f639a50c1172b6fc2a31494209f236f69f', NULL);
INSERT INTO public.data_key VALUES ('60ce60a0-d599-40de-b1da-5998c0fed52f', 'record', 'default', '2026-11-23', '\x0101294c5a3e06f1679d7c43199da1b31474d2fc4ca8da4a5fec6004fda85f7813389b118e329286bcaede2b5af843dfe5faa49681302265ca8f2cd050eb058cb173dd35afd7818edd62b56c28c1fbbf943f8c3e7e294da16e79f121f6ac0441f8dd1706022f3c5fc2c08bcd2b387c94c792c0e1cc5c3faa4620fc7b68f79dc8679666b14f69952805aaf5ead4c9a4ed247d8960dd767836e9d664ecc08083084e74488e5c8c0cf6c676c7b9dde078444f79475640debf86433fabd61844', NULL);
INSERT INTO public.data_key VALUES ('f8b5dc78-e24d-4367-8c40-1b19ecc8ea92', 'vault', 'default', '0', '\x0101294c5a3e06f1679d7c43199da1b31474291403f9409b4ed6bb58157da977027f7e5496a7a0e2fd4a094259ab2c29a069d7828ab0e604eded2311267a2c271088aa4b0f6c5b4abf571a4ef69f8663da49cbb14ada892af77c69397a7786254d3008b483aad19def30c28636ab48f6cc779b39e71fbea7bf05adc3c2101b1a3139732cbb4531014fcb84110992d424cae3ea96b81d38c8ac67ed9ba22f82ff83483776a9ca727c3c91708bd4291802b19111434d011a1a913661afca93', NULL);
INSERT INTO public.gateway_key VALUES ('rqf7fcj545apawva', '\x00080b3156b7888dc6ca604d4ffe823e7755c2aab6eab26472b036d3e797f34e', 'default', 'default', false, NULL, NULL, '2026-11-23 04:49:20.218891+00');
INSERT INTO public.installation VALUES (1, '294c5a3e06f1679d7c43199da1b31474', '\x0101294c5a3e06f1679d7c43199da1b31474769efcc249f2cd6981bb7c082175a5584e3dd5b6f4155a3f0184a8b6ef119c2157e626fae03f6a64decf253ed6d1216c308cd4fe77946e9fc04dd2b3c00dee92fa4156fc039315cad7d944e34fc61bbdae3364c37b79d9c179761d9a42b9d829f58ea63ce70299e2ff00088c67618831da51af856b68382f6d191ad498db45cc877abf79b193ba9391b97345af0c924d1ee29d43e21018d65e5fd0143fbfbbdf401a4f4f369acc3c88e09fb4', '2026-11-23 04:49:20.169196+00');
INSERT INTO public.policy VALUES ('default', 'f0e99b7bfaa5', 1, '\x010162a6467763484e04bceb811b0be905e816e0b92d520820abaaf784d29941df54c654e7fe4e499d4f562cca6f250084b17529e9ba49e2e79bcd3f15b93bf255fb876a1790b6bbe0d25afe6a5d12ca6dad7b53a96401597467764ec18633d9f8dabb237277eaa3cb80ae633eee6fdcf67cf85ed002ea8b31835f5cba240956c6a3cf0cd51eeec2660b9acbbf2d23d44d9f53cb45a1c55716b941a421a351535df7418c424bd2830904225887806934bbb8beeb1d3c2e3b64d42f9507fa5b872f98e4b350add6b6385b844f2121cf9a5f746312942a86ffb5f920bb2bd76cb55117aa05e773afc9bdaa30053074d848da75200fef4542661deb542186030837559c3b7f977ef11eff29433568dc132271ecae83daccf78d6a52e21bfac18367eacebe7a3cb8a5fb7b17df85cf4da4afba79aae86333774077f260944a113cfdb7a7101ab46744ff04cc0c2000f787b4200055b41653d7485790384b2af656cc88042639d8', '2026-11-23 04:49:20.218891+00');
INSERT INTO public.policy VALUES ('default', '84c6e9b54cce', 2, '\x010162a6467763484e04bceb811b0be905e8a06e6b979b18214a952ebabb039b4a03e5fa688195569f358f79881767471a06d66bd9ad1f394f1741a472761b2f60d6d44af6bfcb4f7c465e2010425786c86e04c5814a37db8de9691de9982f12234d1d931a430cdbf8b850d2d569ddc1f5fcfc212f5035c21cd90846156ae8b4a3713efd96f914b4902a71e9d67055d7e8df6d47939c37b1dd2e7ba70c89bd24a09b3fd72e9acd95f845c93ab353a5aca302e70c702f0fac56c015b1d877c963b32a00e830870bb6228676484a0574388ec1c499932763a40ac73869283ab0291e6f004d4ffea175f20224b1f34f0b7b286f87ec16e0e72363e52c14589c7fdbb1e66ce50934dde1546d77179d95e1398a31f6ffb4b8ab4aeec7bba2ba1de48eb42aa6058efa963413fc5124a0ccc612d40ec08c303802341df46adf300c9ea63ff944d7472e2b3d45163f530f64bb4a82905f5093c99e27ca901e2208249408ab445b01891d2f472446ef352071881e8a5ac9491da429c6da9af4422f3623f3cdd625041a80d82e67ad2462af5ec4a06ecd', '2026-11-23 04:49:24.580393+00');
INSERT INTO public.project VALUES ('default', 'default', '2026-11-23 04:49:20.218891+00');
INSERT INTO public.provider VALUES ('openai', 'openai', 'http://127.0.0.1:41485/v1', '\x0101877c595bf3034af799895cbfa4a155ba05313dc551333e982dbdeb06edb028895bc53b2746c5db2878c6075900c7815093783c41fc13b57839d67d53b18164976d8d8adab84f9a8aa891463a396d456751a8d2918dd3ebde49333a603fe10550c3410ecf01f1aa07a4cc49fa1a06262454b3f2d8179f3778186ec306d41e87037e7cf71f3513e9629ce2e3d0f6d5ed103f2f886c604983306b6a74f2c2bf592e86148db6305b3e12fd8c73', true, '{}', '2026-11-23 04:49:20.218891+00');
INSERT INTO public.provider VALUES ('anthropic', 'anthropic', 'http://127.0.0.1:41485', '\x0101877c595bf3034af799895cbfa4a155ba7508ea5ccf1ac7d249c0c5b07186df240300cd9511648ca4314ef3947d329d088ce2daf7c9c2ab62a7264a7d04e96a1c396e12e73b89b36da7df19685b66a2a1def055fd6285c523184d00eff03f2dfd1af9c7d11350fdd332d797037ea3390c584d2e4af85e1ab5e2206d99f9ef374427ac31e252355c6778737261fb7c4f4434ef9918de0d42fdb20f086563ea77a40bfbf5fb9724f9be2b0afb', true, '{}', '2026-11-23 04:49:20.218891+00');
INSERT INTO public.record_20261123 VALUES ('', '01a206bc-b587-7d18-9406-15715a7a8266', '01a206bc-b587-7d18-9406-15715a7a8266', 'admin', '2026-11-23 04:49:20.263125+00', 'hushgate', NULL, NULL, NULL, NULL, NULL, NULL, 'install', '{}', '\x0101ae94da493c7c49b292b53b42390c23afeac992008412bdabc9e24619d3efd2deb440fd7ea2a0450008e4745dc38f16da25625fee800483ecfcd8b92c8532a6f802e8ed791c75b664b3e071491797f65084b34af78f941c704c99f3c6a56f7804655c27f9908ec469cc8b5db14a1fc35ad9058cfc1e92aaceb9f6096317b809b8c33b539ecdc84e9e39aeb69a081a2b1943ec771e7f05bc8a95cb93c86d400871a612865618f7bf4f8819f93826626cf80f1be399fad68fed0045d206ef4aafe1a3261e4bdd9debbe1e3df362d6ad442781c1ab9b3cf96f9bbf1142d8d96da2999b73b876055471c7712ffc80f563211ec3a8efa5980b0877bdcb5609181178f5353b8bf208f441b23ffc4284f94513dff103515dc08ca6f2b14ca7ec069ff52789fdf4272b6755a956d618989b873595524d941eb3e2', '\x2c0ac8776712561064350df2c9ad41af1b10456a49e86e69ebe808df456edbc9');
INSERT INTO public.record_20261123 VALUES ('', '01a206bc-c5fe-7561-9e7c-dfd23d698a32', '01a206bc-c5fe-7561-9e7c-dfd23d698a32', 'admin', '2026-11-23 04:49:24.478346+00', 'z1sr94rt4pkktjfc', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x0101ae94da493c7c49b292b53b42390c23afbdc235e5442d62bb8a9bd220c0ee18a17a868b0632f2be73ba1d74b14c38343f85302ff7f5815841379d81bc5511041943b68360df8cf2a74c55fda6fd268831425e043ec15c4213d9b0a8930294c4c509239e9ee9288e21acb4ed8c7a7fbc747bb6c75beefb1f4a7022f43912500e9416bacbb829f3f2b7d45f8df2c9b163edcc184ff2d6011b6dc97a51f8397ad86ee028f9a7e15acd514c1f760779b27789b1762457e8c9de0d34c96c695e002cd17648ed714c7a69cd25206c6c3c6e6757123450b6fddea67c77d7775d61340e17d6fc2a3c1f265038bd1aabac7588720ef60210f0141a6a086e10af92b2d0a0e1177af5543fe4e2ceccd46dfc5151136174f64cfd108facded326c4e86fd5de96fc6b4495c620f7af709e2584844274d8a421cc163faef8389350bf4c93cb647576afa4674d30f52c9086e1e4a125', '\x63a53bb7a78a9c694c997c3803f89e98576a49d0a62512068a1bc8a2861546e6');
INSERT INTO public.record_20261123 VALUES ('', '01a206bc-c631-7653-8a1e-5373ebe27ad0', '01a206bc-c631-7653-8a1e-5373ebe27ad0', 'admin', '2026-11-23 04:49:24.529762+00', 'z1sr94rt4pkktjfc', NULL, NULL, NULL, NULL, NULL, NULL, 'provider.set', '{}', '\x0101ae94da493c7c49b292b53b42390c23af6b2665ceef4c6504bac99ea0d140834db95b405e367b4615ec2181c70b82c7b9a66cf4fe4b1d46c300a4dd7458e8b98b97b2279a43d88da94c57d65eaf5637e5ea316d1a5a563f5546914e8f91567bc5773e841abb8b303e11fb416f3c38dee68c8720e8f22bf1c554cf234fdeffb402b5eb6f10941084d9c4abf0904da0d461672e7176d0b6a350ff2f68bab0e4d04a02dd892a8dd207df3ea379354c262b82d185d22a5785d62fd912763ff280cfe2ec31a4961520cd76bac8b1b78a53636c231f8708360fe374408c94ef04affb904ea854354f23e472476b00b8ccf80a0fb47a508439ed7d71a9011c7863a21127754d2592fb555251d4d661590229eb681dad9779940bc5be57bb96c88bc22eb4221839990eac6a3410f017fe559f495a3111c78e6c36a2d0845fc991b1b65bf8327b10c111ba50440442261b79b4e79b55', '\xc94bb24d1b5b5aa5fa925303d92db093d3e82888b4123ae130376cce6dc64a99');
INSERT INTO public.record_20261123 VALUES ('default', '01a206bc-c68d-7793-b740-cc89bafedb0e', '01a206bc-c68d-7793-b740-cc89bafedb0e', 'admin', '2026-11-23 04:49:24.621137+00', 'z1sr94rt4pkktjfc', NULL, NULL, NULL, NULL, NULL, NULL, 'policy.set', '{}', '\x010160ce60a0d59940deb1da5998c0fed52fc3daf8ce0fe4d8b84f6c6812d5f2e9c5fc7425f6afaf887b8bf566c93d5c44aab9831ce29c1fcda31552f635490a346d21fb6f31facab119dfc254adb8112d20a19ea536b0b8ec72a679b9dd54c523494d40a8aa37cd1f84827bb41daaa37239b1d77f2422d2157ecd36e2221fd528e84704baf1ab7c97303226eac0a10618e1f2ce60383c8262b52be83158cafc0244514182d4bd9c54aab435017bcbda83b81c709a5a5258b6da57c3050aa38f848786070647b6bfb85432df3bf52188d941fb2974dce2ec7280b62b01fca0978baf312aca3cdfd86f7b7995053a1ebff9cd62ceabc7f679439cca714ce027403b0c781cb6e63973745213f73e012d42f3a3864ab1d4895926f765062f9a3548ea8fc1aa72ddfe74d5a8455467649bbb205ce6eb', '\x2c57786fb25b032b06731c53048fb68f7bb12f3e40f72f581a4334a559f7eb14');
INSERT INTO public.record_20261123 VALUES ('default', '01a206bc-c69f-78d4-af49-91194671c379', '01a206bc-c69f-778b-8b5f-e83912c18e90', 'intent', '2026-11-23 04:49:24.639083+00', 'default', NULL, 'openai', 'chat.completions', 'm-nvolavjquootklhk', 'openai', '84c6e9b54cce', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x010160ce60a0d59940deb1da5998c0fed52f7032c3065853f53448ab8dff22feee9e7d808976c401ab01898daf7e6cd6c4459e6f6d4238fdd0ebe7cf1c1371657f1ae3669d9ea309fc6dd73fdd63725148e57a3b628ad1299cf6e0f3f91532a38d74c22227defe9aa601c22129c30b0ec9332ebed78fdb3fa224ae5d9c6e5625c3f729bdb519a56c88d4d71882aaf026f4c5ff27fa4913b5fbe0978bd71e7584b3d11825c778f9c514ecea93cd883165c21bb260e7b4623764c05b', '\x7376b6ee122b1b3fbd0e7f972fdfb9cdeff790a326cc68764588757db314f81a');
INSERT INTO public.record_20261123 VALUES ('default', '01a206bc-c73f-7b9f-a28e-8b0df15ac6a8', '01a206bc-c69f-778b-8b5f-e83912c18e90', 'completion', '2026-11-23 04:49:24.799837+00', 'default', NULL, 'openai', 'chat.completions', 'm-nvolavjquootklhk', 'openai', '84c6e9b54cce', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x010160ce60a0d59940deb1da5998c0fed52f1c6dba1797dff0180513e7e6460c37fe30c4c559c7877587de9baa305934b358743ccb59f090ef3a70096689b83f08a2876f821c6eee7d12cc61160f03c8f7f30971d3d2562ddaef2ffcc3ea40bc4d6bbb487243b810450e79244a92485962a8634c17c4e90895b43aa92e3335fd4fdfa74db7de9f09a83848f7644a63e65cca2149482be9a64778d7c20753404f0d4b08e29599ccecc49629ca1c45c01d99953d54dab5f26a77f7e80d3af419c4c33b28cb5d5870ea9c05bb5d3d8dad7334d9748050a17710fe47990fa3110b8107134f85dae835', '\x55d7c70a2e729b07e7895bbaace4bb26304d58068a21e91124a10d1c252650bb');
INSERT INTO public.record_20261123 VALUES ('default', '01a206bc-c782-7f19-89c6-ef771c9e1d47', '01a206bc-c782-74b0-8e5a-cc5f12c18e90', 'intent', '2026-11-23 04:49:24.866272+00', 'default', NULL, 'anthropic', 'messages', 'm-tyuvnuzxslktqfve', 'anthropic', '84c6e9b54cce', 'transformed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x010160ce60a0d59940deb1da5998c0fed52fdf6dc1011a9bc37dc3f164943d4d8770571219556196354542351845a14eceb1cbab0c06548827a88553e810fe6b0202fcb7dd475dead0f85c309cf078325580184ac6cd31541fce6ec3a6ca1b7f5551e76bfec259487a9ffff93b725c87ab45ea182c35ba7a2926d49ea95a4246265fdd71dfb15b844e48f28035117372dca38b7230af759e76499cfa5febbc5377cc5c12f95aabd7bf8a6042ea1847b04fa496e4460248da314863', '\x0e0848e997b614592e847fa8943f895794333f865268025a5d3f4b90dde01c1b');
INSERT INTO public.record_20261123 VALUES ('default', '01a206bc-c7af-717a-9220-080e424e8f13', '01a206bc-c782-74b0-8e5a-cc5f12c18e90', 'completion', '2026-11-23 04:49:24.911318+00', 'default', NULL, 'anthropic', 'messages', 'm-tyuvnuzxslktqfve', 'anthropic', '84c6e9b54cce', 'completed', '{"CREDIT_CARD": 1, "EMAIL_ADDRESS": 1}', '\x010160ce60a0d59940deb1da5998c0fed52f746a03f0ef4923f2b27a153ed9d75c80a1e17026e371afc6bad5caa59cce286ace467804869e2ee7e0b8267c7eada34c2f89228c7c0b33856ce4b4c81b7ee189d71db4ab9ad4f5b2c1fb2cfb861106f16e8d45c57722786d009bc51163fba0a01b8b7f5eafad074f8b3828513a6fa1e7610190145710c426f645fc469a16121fad0e7a1aafcc1a9ac7de5e7fb6b78d4a9010a2ce25869d9d33db6dc960a9bcabfb29ae7b67dff850c5cb777ddad5cb1986991bc0bebe50ed3de62b17938b511d07b21680e070d917c91c75d4b0976627db0b2bc1', '\xe66365a1bbe744801b68e0076dfb88253d63d6a74989bdac33cebca45436003b');
INSERT INTO public.restore_right VALUES ('default', 'CREDIT_CARD_DN2G1EKA93', 'default', '\x');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_ABRMKK3XBV', 'default', '\x');
INSERT INTO public.restore_right VALUES ('default', 'EMAIL_ADDRESS_BRH091Z5RX', 'default', '\x');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'CREDIT_CARD_DN2G1EKA93', 'f8b5dc78-e24d-4367-8c40-1b19ecc8ea92', '\x0101f8b5dc78e24d43678c401b19ecc8ea92f613781ee93dea008b3fcb4c05facf8461bac89eb1aebc12d5195368e94c22cbc432a44f07a4b3121dcc4782e716f0b41909e0cef5d4f4a01bb43556bf68d6410dba3c25e150f1e1ed09358c256b33f0c3289ce76b970838d484c001e1a95ddfd581f4cca4502a7e482fc12dabca897bc224c62d82e06ad249b35da092f3960f2c67dc70b31b3c1285bdb4a6f45486a586fedbf3cad9bea89bf56906fec4390561f859edf980c8f69448', '2126-10-30 04:49:24.639083+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_ABRMKK3XBV', 'f8b5dc78-e24d-4367-8c40-1b19ecc8ea92', '\x0101f8b5dc78e24d43678c401b19ecc8ea9296e61ef8fcbf42d252a931f7f9ec8d7d311f32cfbfe35e40c62618a0d1432abcfa9483198e9e87f7670bcd55ad85ca0baa9331d9994058116907860c9c0746819df1c932098880d6ca913ed0bb2e72c040047a6da70e8eff73c6ff7a644e240c59a4a06c12cf95a8e22cdfbc46d36a3857519838f9250a106f320bc6813b97ddc208372781142d170bacbd881ae1cf0cf8220955d8120662b63306b586173b7d79ae06bc820d1205b4408200151d2e', '2126-10-30 04:49:24.639083+00');
INSERT INTO public.surrogate VALUES ('default', 'team', '0', 'EMAIL_ADDRESS_BRH091Z5RX', 'f8b5dc78-e24d-4367-8c40-1b19ecc8ea92', '\x0101f8b5dc78e24d43678c401b19ecc8ea924160b873190a2c22b31f3672c60d0d3095f1b373e3c1cc2cb24801c6b982d49562a5f63828e1e1fe718f2c466624be7771067b59cdb5a80178cd5a0ab1618e6764d2b9d9b3a1c52a1cafcf9b6ceb8541fbe6356d8e5ca6eaa630088646bab2c5f9f4033f6f6063352ad981e6df7d64ac8d2f218b68e6f1628b685e9ea7cc60dcad364b160233b2936f27de19795fe5bc8553a6cf4c1122546962b8e3f3a044a27f30f15ce723eb1d542d1d5f96a36bdea5e6', '2126-10-30 04:49:24.866272+00');
INSERT INTO public.team VALUES ('default', '2026-11-23 04:49:20.218891+00');
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
CREATE INDEX ix_record_exchange ON ONLY public.record USING btree (exchange);
CREATE INDEX ix_record_team_at ON ONLY public.record USING btree (team, at);
CREATE INDEX ix_surrogate_text ON public.surrogate USING btree (team, text);
CREATE INDEX record_20261123_exchange_idx ON public.record_20261123 USING btree (exchange);
CREATE INDEX record_20261123_team_at_idx ON public.record_20261123 USING btree (team, at);
ALTER INDEX public.ix_record_exchange ATTACH PARTITION public.record_20261123_exchange_idx;
ALTER INDEX public.pk_record ATTACH PARTITION public.record_20261123_pkey;
ALTER INDEX public.ix_record_team_at ATTACH PARTITION public.record_20261123_team_at_idx;
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
