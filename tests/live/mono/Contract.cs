// SPDX-License-Identifier: GPL-2.0-or-later
// What client and service talk about: every kind of value that binary XML has a record for.
using System;
using System.Runtime.Serialization;
using System.ServiceModel;

[DataContract(Namespace = "urn:wssc:live:values")]
public class Values
{
    [DataMember(Order = 0)] public bool Flag;
    [DataMember(Order = 1)] public sbyte Tiny;
    [DataMember(Order = 2)] public short Small;
    [DataMember(Order = 3)] public int Number;
    [DataMember(Order = 4)] public long Big;
    [DataMember(Order = 5)] public ulong Huge;
    [DataMember(Order = 6)] public float Single;
    [DataMember(Order = 7)] public double Ratio;
    [DataMember(Order = 8)] public decimal Money;
    [DataMember(Order = 9)] public DateTime When;
    [DataMember(Order = 10)] public TimeSpan Span;
    [DataMember(Order = 11)] public Guid Key;
    [DataMember(Order = 12)] public string Text;
    [DataMember(Order = 13)] public string Empty;
    [DataMember(Order = 14)] public byte[] Blob;
    [DataMember(Order = 15)] public int[] Numbers;
    [DataMember(Order = 16)] public double[] Ratios;

    public static Values Make(string text, int octets)
    {
        var values = new Values
        {
            Flag = true, Tiny = -100, Small = -12345, Number = int.MinValue, Big = 1L << 40, Huge = ulong.MaxValue,
            Single = 0.1f, Ratio = -2.5e-300, Money = 1234.5600m, Text = text, Empty = "",
            When = new DateTime(2026, 2, 28, 23, 59, 59, DateTimeKind.Utc).AddTicks(1234567),
            Span = new TimeSpan(40, 3, 2, 1, 5).Negate(), Key = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
            Blob = new byte[octets], Numbers = new[] { 0, 1, -1, 70000 }, Ratios = new[] { 0.5, 1e300, -0.25 },
        };
        for (int i = 0; i < octets; i++)
            values.Blob[i] = (byte)(i * 7);
        return values;
    }
}

[ServiceContract(Name = "Live", Namespace = "urn:wssc:live")]
public interface ILive
{
    [OperationContract] string Echo(string text);
    [OperationContract] Values Mirror(Values values);
    [OperationContract(IsOneWay = true)] void Tell(string text);
}

// The same without transport sessions: Mono's message security and its one-shot HTTP channels want it so.
[ServiceContract(Name = "Live", Namespace = "urn:wssc:live", SessionMode = SessionMode.NotAllowed)]
public interface ILiveAlone
{
    [OperationContract] string Echo(string text);
    [OperationContract] Values Mirror(Values values);
}

public class LiveService : ILive, ILiveAlone
{
    public string Echo(string text) { return text; }
    public Values Mirror(Values values) { return values; }
    public void Tell(string text) { }
}
