namespace LeVo.Core.Checkpoints;

/// <summary>
/// The tensors of LeVo's GGUF files as those of state dicts: under the names of state dicts, and in their shapes.
/// </summary>
internal static class GgufCheckpoint
{
    /// <summary>Reads and checks the header.</summary>
    /// <returns>The tensors, and the metadata's scalars and strings.</returns>
    /// <exception cref="InvalidDataException">The file is invalid, or is not one of LeVo's.</exception>
    public static (IReadOnlyDictionary<string, StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        TensorFile file)
    {
        GgufHeader header = GgufHeader.Read(file);
        if (header.Architecture is not (GgufNames.LanguageModel or GgufNames.Flow or GgufNames.Vae))
        {
            throw new InvalidDataException($"'{file.Path}' is a GGUF file of the architecture '{header.Architecture}', not " +
                $"one of LeVo's ('{GgufNames.LanguageModel}', '{GgufNames.Flow}', '{GgufNames.Vae}').");
        }
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (StoredTensor stored in header.Tensors.Values)
        {
            // Names that are not in the table are kept: a tensor of a newer file harms nobody.
            (string name, GgufForm form) = GgufNames.Find(header.Architecture, stored.Name) ?? (stored.Name, GgufForm.Same);
            StoredTensor ours = Convert(header, stored, form) with { Name = name };
            if (!tensors.TryAdd(name, ours))
                throw new InvalidDataException($"'{file.Path}' has more than one tensor '{name}'; one is '{stored.Name}'.");
        }
        return (tensors, header.Values);
    }

    private static StoredTensor Convert(GgufHeader header, StoredTensor stored, GgufForm form)
    {
        long[] shape = stored.Shape;
        return form switch
        {
            GgufForm.Row when shape is [var width] => Reshape(stored, [1, width], [width, 1]),
            GgufForm.Pointwise when shape is [var outputs, var inputs] => Reshape(stored, [outputs, inputs, 1], [inputs, 1, 1]),
            GgufForm.Transposed when shape is [var outputs, var padded] =>
                Reshape(stored, [Inputs(header, stored.Name, padded), outputs], [1, padded]),
            _ => stored,
        };
    }

    // Not by "with", which keeps the number of elements.
    private static StoredTensor Reshape(StoredTensor stored, long[] shape, long[] strides) =>
        new(stored.Name, stored.Type, shape, strides, stored.Offset) { Blocks = stored.Blocks };

    /// <summary>Inputs of a block's matrix without padding.</summary>
    private static long Inputs(GgufHeader header, string name, long padded) => Math.Min(padded,
        header.Tensors.GetValueOrDefault(GgufNames.InputsOf(name)) is { Shape: [var inputs, ..] } ? inputs : padded);
}
