// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.ws.security.WSConstants;
import org.apache.ws.security.WSEncryptionPart;
import org.apache.ws.security.WSSConfig;
import org.apache.ws.security.WsuIdAllocator;
import org.apache.ws.security.components.crypto.Crypto;
import org.apache.ws.security.message.WSSecDKEncrypt;
import org.apache.ws.security.message.WSSecDKSign;
import org.apache.ws.security.message.WSSecEncrypt;
import org.apache.ws.security.message.WSSecEncryptedKey;
import org.apache.ws.security.message.WSSecHeader;
import org.apache.ws.security.message.WSSecSecurityContextToken;
import org.apache.ws.security.message.WSSecSignature;
import org.apache.ws.security.message.WSSecSignatureConfirmation;
import org.apache.ws.security.message.WSSecTimestamp;
import org.apache.ws.security.message.WSSecUsernameToken;
import org.w3c.dom.Document;

/** Messages that WSS4J's own builders make. Writes NAME.xml, NAME.keys, NAME.signers. */
final class Wss4jMake {
    private static final String SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/";
    private static final String SOAP12 = "http://www.w3.org/2003/05/soap-envelope";
    private static final String WSA = "http://www.w3.org/2005/08/addressing";
    private static final String MORE = "http://www.w3.org/2001/04/xmldsig-more#";
    private static final String WSC05 = "http://schemas.xmlsoap.org/ws/2005/02/sc";
    private static final String WSC12 = "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512";
    private static final String UT_TYPE = WSConstants.USERNAMETOKEN_NS + "#UsernameToken";

    private final Path keys;
    private final Path folder;
    private final Crypto crypto;
    private int serial;

    // The message in the making.
    private Document document;
    private WSSecHeader header;
    private List<String> keyLines;
    private List<String> signers;

    Wss4jMake(Path keys, Path folder) throws Exception {
        this.keys = keys;
        this.folder = folder;
        this.crypto = Wss4jCheck.crypto(keys);
    }

    private interface Steps {
        void make() throws Exception;
    }

    private WSSConfig config() {
        WSSConfig config = Wss4jCheck.config();
        config.setIdAllocator(new WsuIdAllocator() {
            @Override
            public String createId(String prefix, Object o) {
                return (prefix == null ? "id-" : prefix) + ++serial;
            }

            @Override
            public String createSecureId(String prefix, Object o) {
                return createId(prefix, o);
            }
        });
        return config;
    }

    private static String envelope(String soap) {
        return "<s:Envelope xmlns:s=\"" + soap + "\" xmlns:a=\"" + WSA + "\" xml:lang=\"de\">"
            + "<s:Header><a:Action>urn:interop/Order</a:Action><a:MessageID>urn:uuid:5f1c</a:MessageID>"
            + "<a:To>http://service.example/orders?x=1&amp;y=2</a:To></s:Header>"
            + "<s:Body><o:Order xmlns:o=\"urn:orders\" xmlns=\"urn:default\" o:z=\"1\" a=\"2\">"
            + "<Item n='a \"quoted\" name'>Gr\u00fc\u00dfe &lt;\uD83D\uDE00&gt;</Item><!-- kept -->"
            + "<i xmlns=\"\"><![CDATA[a < b]]></i><o:Empty/></o:Order></s:Body></s:Envelope>";
    }

    private void message(String name, String soap, Steps steps) throws Exception {
        serial = 0;
        document = Tools.parse(envelope(soap).getBytes(StandardCharsets.UTF_8));
        header = new WSSecHeader();
        header.insertSecurityHeader(document);
        keyLines = new ArrayList<>();
        signers = new ArrayList<>();
        steps.make();
        Transformer transformer = TransformerFactory.newInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        StringWriter text = new StringWriter();
        transformer.transform(new DOMSource(document), new StreamResult(text));
        Files.writeString(folder.resolve(name + ".xml"), text.toString());
        Files.writeString(folder.resolve(name + ".keys"), String.join("\n", keyLines) + "\n");
        Files.writeString(folder.resolve(name + ".signers"), String.join("\t", signers));
    }

    // ---- parts of a message -----------------------------------------------------------------

    private WSEncryptionPart body(String modifier) {
        String soap = document.getDocumentElement().getNamespaceURI();
        return new WSEncryptionPart("Body", soap, modifier);
    }

    private List<WSEncryptionPart> parts(String... names) {
        List<WSEncryptionPart> list = new ArrayList<>();
        for (String name : names) {
            switch (name) {
            case "Body":
                list.add(body("Content"));
                break;
            case "Timestamp":
                list.add(new WSEncryptionPart("Timestamp", WSConstants.WSU_NS, ""));
                break;
            case "UsernameToken":
            case "BinarySecurityToken":
                list.add(new WSEncryptionPart(name, WSConstants.WSSE_NS, ""));
                break;
            case "SignatureConfirmation":
                list.add(new WSEncryptionPart(name, WSConstants.WSSE11_NS, ""));
                break;
            case "STRTransform":
                list.add(new WSEncryptionPart(name, "", "Content"));
                break;
            default:
                list.add(new WSEncryptionPart(name, WSA, ""));
            }
        }
        return list;
    }

    private void timestamp() {
        WSSecTimestamp timestamp = new WSSecTimestamp(config());
        timestamp.setTimeToLive(300);
        timestamp.build(document, header);
    }

    /** A WSSecDKSign that tells its key. */
    private static final class Derived extends WSSecDKSign {
        Derived(WSSConfig config) {
            super(config);
        }

        String signer() {
            return "hmac:" + Tools.hex(derivedKeyBytes);
        }
    }

    /** A context token with a key of our choice. */
    private static final class Context extends WSSecSecurityContextToken {
        Context(byte[] key) {
            setSecret(key);
        }
    }

    private static String tokenType(int version) {
        return (version == 1 ? WSC05 : WSC12) + "/sct";
    }

    private WSSecSecurityContextToken context(int version, String identifier) throws Exception {
        Context sct = new Context(MessageDigest.getInstance("SHA-256").digest(identifier.getBytes()));
        sct.setIdentifier(identifier);
        sct.setWscVersion(version);
        sct.setSctId("uuid-context-" + ++serial);
        sct.prepare(document, crypto);
        keyLines.add("SCT " + identifier + " " + Tools.hex(sct.getSecret()));
        return sct;
    }

    private Derived derive(byte[] secret, String id, String valueType, int version, String algorithm,
        int length) throws Exception {
        Derived sign = new Derived(config());
        sign.setWscVersion(version);
        sign.setExternalKey(secret, id);
        sign.setCustomValueType(valueType);
        sign.setSignatureAlgorithm(algorithm);
        if (length > 0) {
            sign.setDerivedKeyLength(length);
        }
        return sign;
    }

    private WSSecSignature symmetric(byte[] key, String id, String valueType, String algorithm) {
        WSSecSignature sign = new WSSecSignature(config());
        sign.setKeyIdentifierType(WSConstants.CUSTOM_SYMM_SIGNING);
        sign.setCustomTokenId(id);
        sign.setCustomTokenValueType(valueType);
        sign.setSecretKey(key);
        sign.setSignatureAlgorithm(algorithm);
        signers.add("hmac:" + Tools.hex(key));
        return sign;
    }

    private WSSecSignature asymmetric(String alias, int form, String algorithm) {
        WSSecSignature sign = new WSSecSignature(config());
        sign.setUserInfo(alias, Wss4jCheck.password());
        sign.setKeyIdentifierType(form);
        sign.setSignatureAlgorithm(algorithm);
        signers.add("cert:" + alias);
        keyLines.add("CERTIFICATE keys/" + alias + ".crt.pem");
        return sign;
    }

    private WSSecEncryptedKey encryptedKey(int form, String wrap) throws Exception {
        WSSecEncryptedKey key = new WSSecEncryptedKey(config());
        key.setUserInfo("rsa-b");
        key.setKeyIdentifierType(form);
        key.setKeyEncAlgo(wrap);
        key.prepare(document, crypto);
        keyLines.add("CERTIFICATE keys/rsa-b.crt.pem");
        keyLines.add("PRIVATE_KEY keys/rsa-b.key.pem");
        return key;
    }

    /** A ReferenceList in the header and the parts encrypted under a key derived from secret. */
    private void encryptDerived(byte[] secret, String id, int version, String algorithm,
        WSEncryptionPart... parts) throws Exception {
        WSSecDKEncrypt encrypt = new WSSecDKEncrypt(config());
        encrypt.setWscVersion(version);
        encrypt.setExternalKey(secret, id);
        encrypt.setCustomValueType(tokenType(version));
        encrypt.setSymmetricEncAlgorithm(algorithm);
        encrypt.setParts(Arrays.asList(parts));
        encrypt.build(document, header);
    }

    // ---- families ---------------------------------------------------------------------------

    void all() throws Exception {
        Files.createDirectories(folder);
        contexts();
        contextsNamed();
        contextsEncrypted();
        certificates();
        strTransforms();
        encryptedKeys();
        usernames();
        supporting();
    }

    private void contexts() throws Exception {
        String[] hmacs = {WSConstants.HMAC_SHA1, WSConstants.HMAC_SHA256, MORE + "hmac-sha384",
            MORE + "hmac-sha512"};
        for (int version = 1; version <= 2; version++) {
            int v = version;
            String label = "w4-sct" + (v == 1 ? "05" : "12");
            for (int i = 0; i < hmacs.length; i++) {
                String algorithm = hmacs[i];
                String id = "urn:uuid:ctx-" + v + "-" + i;
                message(label + "-direct-" + algorithm.substring(algorithm.indexOf("#") + 1),
                    v == 1 ? SOAP11 : SOAP12, () -> {
                        WSSecSecurityContextToken sct = context(v, id);
                        timestamp();
                        WSSecSignature sign = symmetric(sct.getSecret(), sct.getSctId(), tokenType(v),
                            algorithm);
                        sign.setParts(parts("Timestamp", "Body", "To"));
                        sign.build(document, crypto, header);
                        sct.prependSCTElementToHeader(document, header);
                    });
            }
            for (int length : new int[] {0, 16, 24, 32, 48}) {
                derivedFromContext(label, v, length);
            }
        }
    }

    /** Responses carry no token: they name the context by its identifier. */
    private void contextsNamed() throws Exception {
        for (int version = 1; version <= 2; version++) {
            int v = version;
            String label = "w4-sct" + (v == 1 ? "05" : "12") + "-named";
            message(label + "-direct", SOAP12, () -> {
                WSSecSecurityContextToken sct = context(v, "urn:uuid:named-" + v);
                WSSecSignature sign = symmetric(sct.getSecret(), sct.getIdentifier(), tokenType(v),
                    WSConstants.HMAC_SHA1);
                sign.setKeyIdentifierType(WSConstants.CUSTOM_SYMM_SIGNING_DIRECT);
                sign.setParts(parts("Body", "Action"));
                sign.build(document, crypto, header);
            });
            message(label + "-derived", SOAP12, () -> {
                WSSecSecurityContextToken sct = context(v, "urn:uuid:named-dk-" + v);
                Derived sign = derive(sct.getSecret(), sct.getIdentifier(), tokenType(v), v,
                    WSConstants.HMAC_SHA1, 0);
                sign.setTokenIdDirectId(true);
                sign.setParts(parts("Body", "Action"));
                sign.build(document, header);
                signers.add(sign.signer());
            });
        }
    }

    private void derivedFromContext(String label, int version, int length) throws Exception {
        String algorithm = length == 24 ? WSConstants.HMAC_SHA256 : WSConstants.HMAC_SHA1;
        message(label + "-derived-" + (length == 0 ? "default" : length),
            version == 1 ? SOAP12 : SOAP11, () -> {
                WSSecSecurityContextToken sct = context(version, "urn:uuid:dk-" + version + length);
                timestamp();
                Derived sign = derive(sct.getSecret(), sct.getSctId(), tokenType(version), version,
                    algorithm, length);
                sign.setDigestAlgorithm(length == 32 ? WSConstants.SHA256 : WSConstants.SHA1);
                sign.setParts(parts("Body", "Timestamp", "Action", "MessageID", "To"));
                sign.build(document, header);
                signers.add(sign.signer());
                sct.prependSCTElementToHeader(document, header);
            });
    }

    private void contextsEncrypted() throws Exception {
        String[] ciphers = {WSConstants.AES_128, WSConstants.AES_256, WSConstants.TRIPLE_DES};
        for (String cipher : ciphers) {
            for (boolean signFirst : new boolean[] {true, false}) {
                String name = "w4-sct12-" + (signFirst ? "sign-encrypt-" : "encrypt-sign-")
                    + cipher.substring(cipher.indexOf('#') + 1);
                message(name, SOAP12, () -> encrypted(cipher, signFirst, false));
            }
        }
        message("w4-sct12-sign-encrypt-all", SOAP12,
            () -> encrypted(WSConstants.AES_256, true, true));
    }

    private void encrypted(String cipher, boolean signFirst, boolean signatureToo) throws Exception {
        String id = "urn:uuid:enc-" + signFirst + signatureToo;
        WSSecSecurityContextToken sct = context(2, id);
        timestamp();
        if (!signFirst) {
            encryptDerived(sct.getSecret(), sct.getSctId(), 2, cipher, body("Content"));
        }
        Derived sign = derive(sct.getSecret(), sct.getSctId(), tokenType(2), 2,
            WSConstants.HMAC_SHA1, 0);
        sign.setParts(parts("Body", "Timestamp"));
        sign.build(document, header);
        signers.add("-");
        if (signFirst && signatureToo) {
            encryptDerived(sct.getSecret(), sct.getSctId(), 2, cipher, body("Content"),
                new WSEncryptionPart("Signature", WSConstants.SIG_NS, "Element"));
        } else if (signFirst) {
            encryptDerived(sct.getSecret(), sct.getSctId(), 2, cipher, body("Content"));
        }
        sct.prependSCTElementToHeader(document, header);
    }

    private void certificates() throws Exception {
        Object[][] forms = {{"direct", WSConstants.BST_DIRECT_REFERENCE},
            {"serial", WSConstants.ISSUER_SERIAL}, {"x509", WSConstants.X509_KEY_IDENTIFIER},
            {"ski", WSConstants.SKI_KEY_IDENTIFIER}, {"thumbprint", WSConstants.THUMBPRINT_IDENTIFIER},
            {"keyvalue", WSConstants.KEY_VALUE}};
        String[] algorithms = {WSConstants.RSA_SHA1, MORE + "rsa-sha256", MORE + "rsa-sha512"};
        for (int i = 0; i < forms.length; i++) {
            int form = (Integer) forms[i][1];
            String algorithm = algorithms[i % algorithms.length];
            message("w4-x509-" + forms[i][0], i % 2 == 0 ? SOAP11 : SOAP12, () -> {
                timestamp();
                WSSecSignature sign = asymmetric("rsa-a", form, algorithm);
                sign.setParts(parts("Body", "Timestamp", "To"));
                sign.build(document, crypto, header);
            });
        }
        for (String c14n : new String[] {WSConstants.C14N_OMIT_COMMENTS,
            WSConstants.C14N_WITH_COMMENTS, WSConstants.C14N_EXCL_WITH_COMMENTS}) {
            message("w4-x509-c14n-" + (c14n.contains("exc") ? "exc" : "inc")
                + (c14n.contains("With") ? "-comments" : ""), SOAP11, () -> {
                    WSSecSignature sign = asymmetric("rsa-a", WSConstants.BST_DIRECT_REFERENCE,
                        WSConstants.RSA_SHA1);
                    sign.setSigCanonicalization(c14n);
                    sign.setDigestAlgo(WSConstants.SHA256);
                    sign.setParts(parts("Body"));
                    sign.build(document, crypto, header);
                });
        }
        message("w4-x509-dsa", SOAP11, () -> {
            WSSecSignature sign = asymmetric("dsa-1024", WSConstants.BST_DIRECT_REFERENCE,
                WSConstants.DSA);
            sign.setParts(parts("Body"));
            sign.build(document, crypto, header);
        });
        message("w4-x509-ecdsa", SOAP12, () -> {
            WSSecSignature sign = asymmetric("ec-256", WSConstants.BST_DIRECT_REFERENCE,
                MORE + "ecdsa-sha256");
            sign.setParts(parts("Body"));
            sign.build(document, crypto, header);
        });
    }

    private void strTransforms() throws Exception {
        Object[][] forms = {{"direct", WSConstants.BST_DIRECT_REFERENCE},
            {"serial", WSConstants.ISSUER_SERIAL}, {"x509", WSConstants.X509_KEY_IDENTIFIER},
            {"ski", WSConstants.SKI_KEY_IDENTIFIER}, {"thumbprint", WSConstants.THUMBPRINT_IDENTIFIER}};
        for (Object[] form : forms) {
            message("w4-str-transform-" + form[0], SOAP12, () -> {
                timestamp();
                WSSecSignature sign = asymmetric("rsa-a", (Integer) form[1], MORE + "rsa-sha256");
                signers.set(0, "-"); // only WSS4J knows this transform
                sign.setParts(parts("Body", "Timestamp", "STRTransform"));
                sign.build(document, crypto, header);
            });
        }
    }

    private void encryptedKeys() throws Exception {
        Object[][] forms = {{"thumbprint", WSConstants.THUMBPRINT_IDENTIFIER, WSConstants.KEYTRANSPORT_RSAOEP},
            {"serial", WSConstants.ISSUER_SERIAL, WSConstants.KEYTRANSPORT_RSA15},
            {"ski", WSConstants.SKI_KEY_IDENTIFIER, WSConstants.KEYTRANSPORT_RSAOEP},
            {"direct", WSConstants.BST_DIRECT_REFERENCE, WSConstants.KEYTRANSPORT_RSA15}};
        for (Object[] form : forms) {
            message("w4-ek-symmetric-" + form[0], SOAP11, () -> {
                WSSecEncryptedKey key = encryptedKey((Integer) form[1], (String) form[2]);
                WSSecSignature sign = symmetric(key.getEphemeralKey(), key.getId(),
                    WSConstants.WSS_ENC_KEY_VALUE_TYPE, WSConstants.HMAC_SHA1);
                sign.setParts(parts("Body"));
                sign.build(document, crypto, header);
                key.prependToHeader(header);
                key.prependBSTElementToHeader(header);
            });
            message("w4-ek-derived-" + form[0], SOAP12, () -> {
                WSSecEncryptedKey key = encryptedKey((Integer) form[1], (String) form[2]);
                timestamp();
                Derived sign = derive(key.getEphemeralKey(), key.getId(),
                    WSConstants.WSS_ENC_KEY_VALUE_TYPE, 2, WSConstants.HMAC_SHA1, 0);
                sign.setParts(parts("Body", "Timestamp"));
                sign.build(document, header);
                signers.add(sign.signer());
                key.prependToHeader(header);
                key.prependBSTElementToHeader(header);
            });
        }
        message("w4-ek-sha1-response", SOAP12, this::encryptedKeyResponse);
        message("w4-x509-sign-encrypt", SOAP11, () -> {
            WSSecSignature sign = asymmetric("rsa-a", WSConstants.BST_DIRECT_REFERENCE,
                MORE + "rsa-sha256");
            sign.setParts(parts("Body"));
            sign.build(document, crypto, header);
            signers.set(0, "-");
            WSSecEncrypt encrypt = new WSSecEncrypt(config());
            encrypt.setUserInfo("rsa-b");
            encrypt.setKeyIdentifierType(WSConstants.THUMBPRINT_IDENTIFIER);
            encrypt.setSymmetricEncAlgorithm(WSConstants.AES_192);
            encrypt.setParts(Arrays.asList(body("Content")));
            encrypt.build(document, crypto, header);
            keyLines.add("CERTIFICATE keys/rsa-b.crt.pem");
            keyLines.add("PRIVATE_KEY keys/rsa-b.key.pem");
        });
    }

    private void encryptedKeyResponse() throws Exception {
        byte[] secret = MessageDigest.getInstance("SHA-256").digest("response".getBytes());
        byte[] wrapped = MessageDigest.getInstance("SHA-512").digest("wrapped".getBytes());
        String sha1 = Base64.getEncoder().encodeToString(
            MessageDigest.getInstance("SHA-1").digest(wrapped));
        WSSecSignature sign = new WSSecSignature(config());
        sign.setKeyIdentifierType(WSConstants.ENCRYPTED_KEY_SHA1_IDENTIFIER);
        sign.setEncrKeySha1value(sha1);
        sign.setSecretKey(secret);
        sign.setSignatureAlgorithm(WSConstants.HMAC_SHA256);
        signers.add("hmac:" + Tools.hex(secret));
        keyLines.add("ENCRYPTED_KEY sha1:" + sha1 + " " + Tools.hex(secret));
        sign.setParts(parts("Body", "Action"));
        sign.build(document, crypto, header);
    }

    private WSSecUsernameToken username(int iterations) {
        WSSecUsernameToken token = new WSSecUsernameToken(config());
        token.setUserInfo("alice", "se\u00e7ret & more");
        token.addDerivedKey(true, Arrays.copyOf(new byte[] {1, 7, 9, 11, 13}, 16), iterations);
        token.prepare(document);
        keyLines.add("PASSWORD alice se\u00e7ret & more");
        return token;
    }

    private void usernames() throws Exception {
        for (int iterations : new int[] {1, 1000, 5000}) {
            message("w4-username-direct-" + iterations, SOAP11, () -> {
                WSSecUsernameToken token = username(iterations);
                WSSecSignature sign = symmetric(token.getDerivedKey(), token.getId(), UT_TYPE,
                    WSConstants.HMAC_SHA1);
                sign.setParts(parts("Body"));
                sign.build(document, crypto, header);
                token.prependToHeader(header);
            });
        }
        message("w4-username-derived", SOAP12, () -> {
            WSSecUsernameToken token = username(1000);
            Derived sign = derive(token.getDerivedKey(), token.getId(), UT_TYPE, 2,
                WSConstants.HMAC_SHA1, 0);
            sign.setParts(parts("Body"));
            sign.build(document, header);
            signers.add(sign.signer());
            token.prependToHeader(header);
        });
    }

    private void supporting() throws Exception {
        message("w4-signature-confirmation", SOAP11, () -> {
            WSSecSignatureConfirmation confirmation = new WSSecSignatureConfirmation(config());
            confirmation.build(document, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, header);
            WSSecSignature sign = asymmetric("rsa-a", WSConstants.BST_DIRECT_REFERENCE,
                MORE + "rsa-sha384");
            sign.setParts(parts("Body", "SignatureConfirmation"));
            sign.build(document, crypto, header);
        });
        message("w4-signed-username", SOAP12, () -> {
            WSSecUsernameToken token = new WSSecUsernameToken(config());
            token.setPasswordType(WSConstants.PASSWORD_TEXT);
            token.setUserInfo("bob", "hunter2");
            token.build(document, header);
            timestamp();
            WSSecSignature sign = asymmetric("rsa-a", WSConstants.THUMBPRINT_IDENTIFIER,
                WSConstants.RSA_SHA1);
            sign.setParts(parts("UsernameToken", "Timestamp", "Body", "Action"));
            sign.build(document, crypto, header);
            keyLines.add("PASSWORD bob hunter2");
        });
        message("w4-endorsing", SOAP12, this::endorsed);
    }

    /** A context's signature over the message, and a certificate's over that signature. */
    private void endorsed() throws Exception {
        WSSecSecurityContextToken sct = context(2, "urn:uuid:endorsed");
        timestamp();
        WSSecSignature sign = symmetric(sct.getSecret(), sct.getSctId(), tokenType(2),
            WSConstants.HMAC_SHA1);
        sign.setParts(parts("Body", "Timestamp"));
        sign.build(document, crypto, header);
        WSSecSignature endorse = asymmetric("rsa-a", WSConstants.BST_DIRECT_REFERENCE,
            WSConstants.RSA_SHA1);
        endorse.setParts(Arrays.asList(
            new WSEncryptionPart("Signature", WSConstants.SIG_NS, "Element")));
        endorse.build(document, crypto, header);
        sct.prependSCTElementToHeader(document, header);
        // Builders prepend: the endorsing signature stands before the one it endorses.
        Collections.reverse(signers);
    }
}
