// SPDX-License-Identifier: GPL-2.0-or-later
// Mono's XmlDictionaryReader on the same documents: BenchNbfx TABLE DICTIONARY read|text|tree|print, as bench_nbfx.c.
// Its reader is made once and given each document, as WCF does.
using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml;

public static class BenchNbfx
{
    sealed class Document
    {
        public byte[] Octets;
        public XmlBinaryReaderSession Session;
    }

    static readonly XmlDictionary dictionary = new XmlDictionary();
    static readonly MemoryStream text = new MemoryStream();
    static XmlDictionaryReader reader;
    static long seen; // so that no value is read for nothing

    static byte[] FromHex(string hex)
    {
        var octets = new byte[hex.Length / 2];
        for (int i = 0; i < octets.Length; i++)
            octets[i] = Convert.ToByte(hex.Substring(2 * i, 2), 16);
        return octets;
    }

    static Document Load(string line)
    {
        string[] fields = line.Split('\t');
        var document = new Document { Octets = FromHex(fields[0]), Session = new XmlBinaryReaderSession() };
        int id = 0;
        foreach (string s in fields[1].Split(',').Where(s => s != ""))
            document.Session.Add(id++, Encoding.UTF8.GetString(FromHex(s)));
        return document;
    }

    static XmlDictionaryReader Open(Document document)
    {
        if (reader == null)
            reader = XmlDictionaryReader.CreateBinaryReader(document.Octets, 0, document.Octets.Length, dictionary,
                XmlDictionaryReaderQuotas.Max, document.Session);
        else
            ((IXmlBinaryReaderInitializer)reader).SetInput(document.Octets, 0, document.Octets.Length, dictionary,
                XmlDictionaryReaderQuotas.Max, document.Session, null);
        return reader;
    }

    static void Read(Document document)
    {
        XmlDictionaryReader r = Open(document);
        while (r.Read())
        {
            seen += r.LocalName.Length + r.NamespaceURI.Length + r.Value.Length;
            while (r.MoveToNextAttribute())
                seen += r.LocalName.Length + r.NamespaceURI.Length + r.Value.Length;
        }
    }

    static void WriteText(Document document)
    {
        text.SetLength(0);
        XmlDictionaryReader r = Open(document);
        using (XmlDictionaryWriter writer = XmlDictionaryWriter.CreateTextWriter(text, new UTF8Encoding(false), false))
        {
            r.Read();
            while (!r.EOF)
                writer.WriteNode(r, false);
        }
    }

    static void MakeTree(Document document)
    {
        var tree = new XmlDocument { PreserveWhitespace = true };
        tree.Load(Open(document));
        seen += tree.DocumentElement.ChildNodes.Count;
    }

    static void Serve(Document[] documents, Action<Document> decode)
    {
        for (string line = Console.ReadLine(); line != null; line = Console.ReadLine())
        {
            double seconds = double.Parse(line, CultureInfo.InvariantCulture);
            Stopwatch clock = Stopwatch.StartNew();
            long count = 0;
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                foreach (Document document in documents)
                    decode(document);
                count += documents.Length;
            }
            Console.WriteLine((count / clock.Elapsed.TotalSeconds).ToString("F1", CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }
    }

    static void Print(Document[] documents)
    {
        foreach (Document document in documents)
        {
            try
            {
                WriteText(document);
                Console.WriteLine(Convert.ToBase64String(text.ToArray()));
            }
            catch (Exception e)
            {
                reader = null;
                Console.WriteLine("! " + e.Message.Replace('\n', ' '));
            }
        }
    }

    public static int Main(string[] arguments)
    {
        foreach (string line in File.ReadAllLines(arguments[1], Encoding.UTF8))
            dictionary.Add(line.Substring(line.IndexOf('\t') + 1));
        Document[] documents = File.ReadAllLines(arguments[0]).Select(Load).ToArray();
        switch (arguments[2])
        {
            case "read": Serve(documents, Read); break;
            case "text": Serve(documents, WriteText); break;
            case "tree": Serve(documents, MakeTree); break;
            default: Print(documents); break;
        }
        return seen < 0 ? 1 : 0;
    }
}
