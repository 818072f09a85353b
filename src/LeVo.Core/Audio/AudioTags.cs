using System.Buffers.Binary;
using System.Text;

namespace LeVo.Core.Audio;

/// <summary>Names and values that describe a recording.</summary>
/// <param name="Values">Names in upper-case ASCII; pairs with an empty value are not written.</param>
internal sealed record AudioTags(IReadOnlyList<(string Name, string Value)> Values)
{
    private const int MostBytes = (1 << 24) - 1; // of a FLAC metadata block

    /// <summary>The content of a Vorbis comment block (RFC 9639, section 8.6).</summary>
    /// <exception cref="ArgumentException">The tags exceed 16 MiB.</exception>
    public byte[] ToVorbisComment()
    {
        string[] fields = [.. from tag in Values where tag.Value.Length > 0 select $"{tag.Name}={tag.Value}"];
        using var block = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        Write("LeVo for .NET", number);
        BinaryPrimitives.WriteInt32LittleEndian(number, fields.Length);
        block.Write(number);
        foreach (string field in fields)
            Write(field, number);
        return block.Length <= MostBytes
            ? block.ToArray()
            : throw new ArgumentException($"The tags have {block.Length} bytes, more than {MostBytes}.");

        void Write(string text, Span<byte> number)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(number, bytes.Length);
            block.Write(number);
            block.Write(bytes);
        }
    }
}
