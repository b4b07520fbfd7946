// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.xml.security.encryption.EncryptedData;
import org.apache.xml.security.encryption.EncryptedKey;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.keys.KeyInfo;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Messages that Santuario encrypts, and opens again: every content algorithm under every key transport and wrap.
 * A line for each message: file, plaintext of the Body's content, the key file's lines.
 */
final class Encrypt {
    private static final String XENC = "http://www.w3.org/2001/04/xmlenc#";
    private static final String XENC11 = "http://www.w3.org/2009/xmlenc11#";
    private static final String MORE = "http://www.w3.org/2001/04/xmldsig-more#";
    private static final String SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    private static final String[] CONTENT = {XENC + "aes128-cbc", XENC + "aes192-cbc", XENC + "aes256-cbc",
        XENC + "tripledes-cbc", XENC11 + "aes128-gcm", XENC11 + "aes192-gcm", XENC11 + "aes256-gcm"};
    private static final int[] LENGTH = {16, 24, 32, 24, 16, 24, 32};
    private static final String[] DIGESTS = {SHA1, MORE + "sha224", XENC + "sha256", MORE + "sha384", XENC + "sha512"};
    private static final String PLAIN = "<e:plain xmlns:e=\"urn:e\" a=\"1\">K\u00f6ln &amp; <b>\u20ac</b></e:plain>";

    private final Path keys;
    private final Path folder;
    private int number;

    Encrypt(Path keys, Path folder) {
        this.keys = keys;
        this.folder = folder;
    }

    /** How a content key is sent: null algorithms are left out. */
    private record Transport(String name, String algorithm, String digest, String mgf, byte[] params, Key key,
                             Key opener, String line, String keyName) {
    }

    private static byte[] secret(int length, int seed) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (17 * i + seed);
        }
        return octets;
    }

    private Transport rsa(String name, String algorithm, String digest, String mgf, byte[] params) throws Exception {
        return new Transport(name, algorithm, digest, mgf, params, Tools.certificate(keys, "rsa-a").getPublicKey(),
            Tools.privateKey(keys, "rsa-a"), "PRIVATE_KEY ../corpus/keys/rsa-a.key.pem", null);
    }

    private static Transport wrap(String algorithm, int length, String kind) {
        byte[] octets = secret(length, 99);
        Key key = new SecretKeySpec(octets, kind);
        String name = algorithm.substring(algorithm.indexOf('#') + 1);
        return new Transport(name, algorithm, null, null, null, key, key, "KEY_NAME kek " + Tools.hex(octets), "kek");
    }

    private List<Transport> transports() throws Exception {
        List<Transport> all = new ArrayList<>();
        all.add(rsa("rsa-1_5", XENC + "rsa-1_5", null, null, null));
        all.add(rsa("oaep-params", XENC + "rsa-oaep-mgf1p", SHA1, null, new byte[] {1, 2, 3, 0, 4}));
        for (String digest : DIGESTS) {
            String hash = digest.substring(digest.indexOf('#') + 1);
            all.add(rsa("oaep-mgf1p-" + hash, XENC + "rsa-oaep-mgf1p", digest, null, null));
            for (String mgf : new String[] {"sha1", "sha224", "sha256", "sha384", "sha512"}) {
                all.add(rsa("oaep-" + hash + "-mgf-" + mgf, XENC11 + "rsa-oaep", digest, XENC11 + "mgf1" + mgf, null));
            }
        }
        all.add(wrap(XENC + "kw-aes128", 16, "AES"));
        all.add(wrap(XENC + "kw-aes192", 24, "AES"));
        all.add(wrap(XENC + "kw-aes256", 32, "AES"));
        all.add(wrap(XENC + "kw-tripledes", 24, "DESede"));
        return all;
    }

    void all() throws Exception {
        List<Transport> transports = transports();
        for (int i = 0; i < CONTENT.length; i++) {
            for (Transport transport : transports) {
                // All of one kind of content, else only what differs in the wrapped key's length.
                if (i == 0 || transport.name.startsWith("kw-") || transport.name.equals("rsa-1_5")
                    || transport.name.equals("oaep-sha256-mgf-sha256")) {
                    one(i, transport);
                }
            }
        }
    }

    private static Document message() throws Exception {
        return Tools.parse(("<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body>" + PLAIN
            + "</s:Body></s:Envelope>").getBytes(StandardCharsets.UTF_8));
    }

    private static Element body(Document document) {
        return (Element) document.getDocumentElement().getLastChild();
    }

    private void one(int content, Transport transport) throws Exception {
        String kind = CONTENT[content].contains("tripledes") ? "DESede" : "AES";
        Key key = new SecretKeySpec(secret(LENGTH[content], content), kind);
        Document document = message();
        XMLCipher wrapper = XMLCipher.getInstance(transport.algorithm, null, transport.digest);
        wrapper.init(XMLCipher.WRAP_MODE, transport.key);
        EncryptedKey wrapped = wrapper.encryptKey(document, key, transport.mgf, transport.params);
        if (transport.keyName != null) {
            KeyInfo named = new KeyInfo(document);
            named.addKeyName(transport.keyName);
            wrapped.setKeyInfo(named);
        }
        XMLCipher cipher = XMLCipher.getInstance(CONTENT[content]);
        cipher.init(XMLCipher.ENCRYPT_MODE, key);
        EncryptedData data = cipher.getEncryptedData();
        KeyInfo info = new KeyInfo(document);
        info.add(wrapped);
        data.setKeyInfo(info);
        cipher.doFinal(document, body(document), true);
        byte[] octets = write(document);
        String opened = open(octets, transport);
        if (!opened.equals(PLAIN)) {
            throw new IllegalStateException(transport.name + ": " + opened);
        }
        String name = String.format("%03d-%s-%s.xml", ++number,
            CONTENT[content].substring(CONTENT[content].indexOf('#') + 1), transport.name);
        Files.write(folder.resolve(name), octets);
        System.out.println(name + "\t" + PLAIN + "\t" + transport.line);
    }

    /** What Santuario itself makes of it. */
    private static String open(byte[] octets, Transport transport) throws Exception {
        Document document = Tools.parse(octets);
        XMLCipher cipher = XMLCipher.getInstance();
        cipher.init(XMLCipher.DECRYPT_MODE, null);
        cipher.setKEK(transport.opener);
        cipher.doFinal(document, (Element) body(document).getFirstChild());
        String text = new String(write(document), StandardCharsets.UTF_8);
        return text.substring(text.indexOf("<s:Body>") + 8, text.indexOf("</s:Body>"));
    }

    private static byte[] write(Document document) throws Exception {
        Transformer transformer = TransformerFactory.newInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        transformer.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        transformer.transform(new DOMSource(document), new StreamResult(out));
        return out.toByteArray();
    }
}
