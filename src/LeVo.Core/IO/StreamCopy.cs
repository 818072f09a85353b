namespace LeVo.Core.IO;

/// <summary>Copies streams of unknown length.</summary>
internal static class StreamCopy
{
    /// <summary>Copies the rest of a stream to memory.</summary>
    /// <param name="stream">Read synchronously to its end.</param>
    /// <param name="limit">The largest accepted number of bytes.</param>
    /// <returns>A stream of the copy, at its start.</returns>
    /// <exception cref="InvalidDataException">The stream has more bytes.</exception>
    public static MemoryStream ToMemory(Stream stream, int limit)
    {
        var copy = new MemoryStream();
        byte[] bytes = new byte[1 << 16];
        while (stream.Read(bytes) is > 0 and var count)
        {
            if (count > limit - copy.Length)
                throw new InvalidDataException($"The stream has more than {limit} bytes.");
            copy.Write(bytes, 0, count);
        }
        copy.Position = 0;
        return copy;
    }
}
