using System.Runtime.InteropServices;
using Google.Protobuf;

namespace LeVo.Listeners.Tests.Onnx;

/// <summary>Writes small ONNX graphs: messages of protobuf with the field numbers of onnx.proto.</summary>
internal static class OnnxWriter
{
    public const int Float = 1, Integer = 7, String = 8;

    /// <summary>A graph.</summary>
    public static byte[] Graph(IEnumerable<byte[]> nodes, byte[] input, byte[] output, params byte[][] constants) => Message(w =>
    {
        Number(w, 1, 8); // the version of the format
        Part(w, 7, Message(graph =>
        {
            foreach (byte[] node in nodes)
                Part(graph, 1, node);
            Text(graph, 2, "graph");
            foreach (byte[] constant in constants)
                Part(graph, 5, constant);
            Part(graph, 11, input);
            Part(graph, 12, output);
        }));
        Part(w, 8, Message(set => Number(set, 2, 13)));
        Part(w, 8, Message(set =>
        {
            Text(set, 1, "ai.onnx.ml");
            Number(set, 2, 2);
        }));
    });

    public static byte[] Node(string operation, string[] inputs, string output, params byte[][] attributes) => Message(w =>
    {
        foreach (string input in inputs)
            Text(w, 1, input);
        Text(w, 2, output);
        Text(w, 4, operation);
        foreach (byte[] attribute in attributes)
            Part(w, 5, attribute);
        if (operation == "LabelEncoder")
            Text(w, 7, "ai.onnx.ml");
    });

    /// <summary>Name and dimensions of an input or output; -1 for any size.</summary>
    public static byte[] Value(string name, int type, params long[] shape) => Message(w =>
    {
        Text(w, 1, name);
        Part(w, 2, Message(kind => Part(kind, 1, Message(tensor =>
        {
            Number(tensor, 1, type);
            Part(tensor, 2, Message(dimensions =>
            {
                foreach (long size in shape)
                    Part(dimensions, 1, Message(one => Size(one, size)));
            }));
        }))));
    });

    public static byte[] Constant(string name, float[] values, params long[] shape) => Message(w =>
    {
        foreach (long size in shape)
            Number(w, 1, size);
        Number(w, 2, Float);
        Text(w, 8, name);
        Part(w, 9, MemoryMarshal.AsBytes<float>(values).ToArray());
    });

    public static byte[] Wholes64(string name, params long[] values) => Message(w =>
    {
        Number(w, 1, values.Length);
        Number(w, 2, Integer);
        Text(w, 8, name);
        Part(w, 9, MemoryMarshal.AsBytes<long>(values).ToArray());
    });

    public static byte[] Whole(string name, long value) => Attribute(name, 2, w => Number(w, 3, value));

    public static byte[] Wholes(string name, params long[] values) => Attribute(name, 7, w =>
    {
        foreach (long value in values)
            Number(w, 8, value);
    });

    public static byte[] Floats(string name, params float[] values) => Attribute(name, 6, w =>
    {
        foreach (float value in values)
        {
            w.WriteTag(7, WireFormat.WireType.Fixed32);
            w.WriteFloat(value);
        }
    });

    public static byte[] Texts(string name, params string[] values) => Attribute(name, 8, w =>
    {
        foreach (string value in values)
            Text(w, 9, value);
    });

    private static void Size(CodedOutputStream w, long size)
    {
        if (size < 0)
            Text(w, 2, "any");
        else
            Number(w, 1, size);
    }

    private static byte[] Attribute(string name, int type, Action<CodedOutputStream> value) => Message(w =>
    {
        Text(w, 1, name);
        value(w);
        Number(w, 20, type);
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }

    private static void Number(CodedOutputStream w, int field, long value)
    {
        w.WriteTag(field, WireFormat.WireType.Varint);
        w.WriteInt64(value);
    }

    private static void Text(CodedOutputStream w, int field, string value)
    {
        w.WriteTag(field, WireFormat.WireType.LengthDelimited);
        w.WriteString(value);
    }

    private static void Part(CodedOutputStream w, int field, byte[] value)
    {
        w.WriteTag(field, WireFormat.WireType.LengthDelimited);
        w.WriteBytes(ByteString.CopyFrom(value));
    }
}
