namespace LeVo.Alignment.Whisper;

/// <summary>
/// A Whisper model in the ggml format, little-endian: magic, eleven sizes, the mel filters, the vocabulary, and tensors to the
/// end of the file, each as dimension count, name length, type, dimensions, name, data.
/// </summary>
internal static class WhisperModelFile
{
    private const uint Magic = 0x67676d6c;
    private const int FourierBins = 201, LongestText = 1 << 12;
    private const long LargestDimension = 1 << 20;

    /// <summary>Checks that the file has all tensors of the model that its sizes describe, whole and with their shapes.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not such a model; the message names the file and what is
    /// wrong.</exception>
    public static void Check(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no Whisper model '{path}'. Models in the ggml format are named ggml-*.bin; "
                + "whisper.cpp describes how to get and convert them.", path);
        }
        using FileStream file = File.OpenRead(path);
        try
        {
            Check(file);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"The Whisper model '{path}' is truncated.", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is not a Whisper model in the ggml format: {e.Message}", e);
        }
    }

    /// <inheritdoc cref="Check(string)"/>
    /// <exception cref="EndOfStreamException">The file ends early.</exception>
    internal static void Check(Stream file)
    {
        using var reader = new BinaryReader(file, System.Text.Encoding.UTF8, leaveOpen: true);
        if (reader.ReadUInt32() is var magic && magic != Magic)
            throw new InvalidDataException($"it begins with {magic:x8}, not {Magic:x8}.");
        WhisperSizes sizes = WhisperSizes.Read(reader);
        int mels = reader.ReadInt32(), bins = reader.ReadInt32();
        if (mels != sizes.Mels || bins != FourierBins)
            throw new InvalidDataException($"it has {mels} × {bins} mel filters, not {sizes.Mels} × {FourierBins}.");
        Skip(file, 4L * mels * bins);
        int words = reader.ReadInt32();
        if (words < 1 || words > sizes.Vocabulary)
            throw new InvalidDataException($"it has {words} words, not 1 to {sizes.Vocabulary}.");
        for (int i = 0; i < words; i++)
        {
            uint length = reader.ReadUInt32();
            Skip(file, length <= LongestText ? length : throw new InvalidDataException($"word {i} has {length} bytes."));
        }
        CheckTensors(file, reader, sizes);
    }

    private static void CheckTensors(Stream file, BinaryReader reader, WhisperSizes sizes)
    {
        Dictionary<string, long[]> missing = sizes.Tensors().ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        while (file.Position < file.Length)
        {
            int dimensions = reader.ReadInt32(), length = reader.ReadInt32(), type = reader.ReadInt32();
            if (dimensions is < 1 or > 4 || length is < 1 or > LongestText)
                throw new InvalidDataException($"a tensor has {dimensions} dimensions and a name of {length} bytes.");
            long[] shape = [.. Enumerable.Range(0, dimensions).Select(_ => (long)reader.ReadInt32())];
            string name = System.Text.Encoding.UTF8.GetString(reader.ReadBytes(length));
            if (!missing.Remove(name, out long[]? expected))
                throw new InvalidDataException($"the tensor '{name}' is twice there or belongs to no such model.");
            if (!Trimmed(shape).SequenceEqual(Trimmed(expected)) || shape.Any(size => size > LargestDimension))
            {
                throw new InvalidDataException(
                    $"the tensor '{name}' has the shape [{string.Join(", ", shape)}], not [{string.Join(", ", expected)}].");
            }
            // whisper.cpp ends the process where a convolution has another type.
            if (name is "encoder.conv1.weight" or "encoder.conv2.weight" && type != GgmlTypes.Float16)
                throw new InvalidDataException($"the tensor '{name}' is not float16; models of float32 do not run.");
            Skip(file, GgmlTypes.Bytes(type, name, shape));
        }
        if (missing.Count > 0)
            throw new InvalidDataException($"{missing.Count} tensors are missing, for example '{missing.Keys.First()}'.");

        // Dimensions of 1 at the end are not always written.
        static IEnumerable<long> Trimmed(long[] shape) => shape[..(Array.FindLastIndex(shape, size => size != 1) + 1)];
    }

    private static void Skip(Stream file, long count)
    {
        if (count > file.Length - file.Position)
            throw new EndOfStreamException();
        file.Position += count;
    }
}
