# The manual page and the shells' completions, printed by the program itself, so that they say what it does.
include(GNUInstallDirs)

# The page's date: of this configuration, or what SOURCE_DATE_EPOCH says.
string(TIMESTAMP today "%Y-%m-%d" UTC)
set_source_files_properties(src/app/man_page.cpp TARGET_DIRECTORY sessgate_app PROPERTIES
    COMPILE_DEFINITIONS "SESSGATE_DATE=\"${today}\"")

set(documents ${CMAKE_BINARY_DIR}/documents)
add_custom_command(
    OUTPUT ${documents}/sessgate.1 ${documents}/sessgate.bash ${documents}/_sessgate ${documents}/sessgate.fish
    COMMAND ${CMAKE_COMMAND} -E make_directory ${documents}
    COMMAND $<TARGET_FILE:sessgate> man > ${documents}/sessgate.1
    COMMAND $<TARGET_FILE:sessgate> completion bash > ${documents}/sessgate.bash
    COMMAND $<TARGET_FILE:sessgate> completion zsh > ${documents}/_sessgate
    COMMAND $<TARGET_FILE:sessgate> completion fish > ${documents}/sessgate.fish
    DEPENDS sessgate
    VERBATIM)
add_custom_target(sessgate_documents ALL DEPENDS ${documents}/sessgate.1)

# Components of their own: the Debian package has these two in other places.
install(FILES ${documents}/sessgate.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT man)
install(FILES ${documents}/_sessgate DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT zsh)
install(FILES ${documents}/sessgate.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    RENAME sessgate)
install(FILES ${documents}/sessgate.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
